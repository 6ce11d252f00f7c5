import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { errnoOf } from '../core/file-errors.js';
import type { Endpoint } from '../core/host.js';
import { Channel, type Countdown, type Ending } from './channel.js';
import { SSL_REQUEST } from './packets.js';
import type { SslAnswer } from './probe-types.js';
import { ERROR, readError } from './startup.js';

/** An IP address with its port, or a Unix socket, where `@` stands for the NUL of Linux's abstract kind. */
export function endpointOf(address: string, port: number): Endpoint {
  return isIP(address) === 0 ? { path: address.replace(/^@/, '\0') } : { address, port };
}

/** Waits until a connection stands: null, or the errno's name where it fails; `ETIMEDOUT` for our own limit. */
export async function whyNotConnected(socket: Socket, withinMs: number): Promise<string | null> {
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' })),
    withinMs,
  );
  try {
    await once(socket, 'connect');
    return null;
  } catch (error) {
    return errnoOf(error) ?? 'EIO';
  } finally {
    clearTimeout(timer);
    // Whoever listens for the data learns of it; nobody else needs to.
    socket.on('error', () => {});
  }
}

/**
 * Sends SSLRequest and reads its answer. Bytes that came together with an `S` were not written by who will hold the
 * key. Bytes behind an `N` are left for the reader of plain text, as libpq leaves them.
 */
export async function requestTls(socket: Socket, left: Countdown): Promise<SslAnswer> {
  const channel = new Channel(socket);
  try {
    socket.write(SSL_REQUEST);
    const answer = await channel.read(1, left);
    if ('kind' in answer) return unanswered(answer);
    const byte = answer[0] ?? 0;
    if (byte === 0x53) return { kind: channel.hasMore ? 'injection' : 'S' };
    if (byte === 0x4e) return { kind: 'N' };
    if (byte !== ERROR) return { kind: 'garbage', byte };
    const error = await readError(channel, left);
    if (error === null) return { kind: 'garbage', byte };
    return 'kind' in error ? unanswered(error) : { kind: 'error', error };
  } finally {
    channel.detach();
  }
}

const unanswered = (ending: Ending): SslAnswer =>
  ending.kind === 'failed' ? { kind: 'errno', errno: errnoOf(ending.error) ?? 'EIO' } : { kind: ending.kind };

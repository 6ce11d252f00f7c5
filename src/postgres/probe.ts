import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errnoOf } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { Channel, type Clock, type Countdown, type Ending, startClock } from './channel.js';
import { SSL_REQUEST, type StartupOption, startupMessage, TERMINATE } from './packets.js';
import type { Probe, SslAnswer, Startup, TlsProbe } from './probe-types.js';
import { ERROR, readError, readStartup } from './startup.js';
import { type Succeeded, shakeHands, type TlsSettings } from './tls.js';

export interface ProbeQuestion {
  /** An IP address, or the path of a Unix socket (`unixSocketPath`), over which there is never TLS. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly dbname: string;
  /** What else the start-up packet says, in order (`startupOptionsOf`). */
  readonly startupOptions: readonly StartupOption[];
  readonly negotiation: 'postgres' | 'direct';
  readonly tls: TlsSettings;
  readonly plan: ProbePlan;
  readonly limits: ProbeLimits;
  readonly signal?: AbortSignal;
}

/** What may be sent. The callbacks are asked once each, when their answer is needed. */
export interface ProbePlan {
  /** `none`: a connection, and nothing sent over it. */
  readonly first: 'tls' | 'plain' | 'none';
  /** After the handshake: may user and database name be sent over it? */
  mayStartup(chain: readonly Uint8Array[], handshake: Succeeded): boolean;
  /** Before a client certificate that the server wants is shown to it. Default: it may. */
  mayIdentify?(chain: readonly Uint8Array[]): boolean;
  /** After TLS, however it went: may user and database name be sent in plain text (`prefer`)? */
  plainAfterTls(tls: TlsProbe): boolean;
  /** After plain text: shall TLS be tried (`allow`)? */
  tlsAfterPlain(plain: Startup): boolean;
}

/** Milliseconds: to connect, for each step of a conversation, and for the whole probe. */
export interface ProbeLimits {
  readonly connectMs: number;
  readonly stepMs: number;
  readonly totalMs: number;
}

/** How long a server that let us in may take to say goodbye, so that it finds no broken connection to log. */
const FAREWELL_MS = 250;

/** Where the server listens in a socket's folder (`UNIXSOCK_PATH` in pqcomm.h); `@` begins an abstract one. */
export function unixSocketPath(folder: string, port: number): string {
  return `${folder}/.s.PGSQL.${port}`;
}

/**
 * Speaks to one server at one address, over at most two connections, one after the other: as libpq would, up to the
 * server's request for authentication. A password is never sent. Whatever the server does ends as evidence, within
 * `totalMs`; rejects only with the signal's reason, and with what the plan throws.
 */
export async function probeAddress(host: Host, question: ProbeQuestion): Promise<Probe> {
  question.signal?.throwIfAborted();
  const probing = new Probing(host, question);
  const abort = () => probing.hangUp(new Error('aborted'));
  question.signal?.addEventListener('abort', abort, { once: true });
  try {
    const probe = await probing.run();
    question.signal?.throwIfAborted();
    return probe;
  } finally {
    question.signal?.removeEventListener('abort', abort);
    probing.hangUp();
  }
}

class Probing {
  private readonly clock: Clock;
  private readonly packet: Uint8Array;
  private socket: Socket | null = null;

  constructor(
    private readonly host: Host,
    private readonly question: ProbeQuestion,
  ) {
    const { user, dbname, startupOptions, limits } = question;
    this.clock = startClock(limits.totalMs);
    const who: StartupOption[] = [
      ['user', user],
      ['database', dbname],
    ];
    this.packet = startupMessage([...who.filter(([, value]) => value !== ''), ...startupOptions]);
  }

  async run(): Promise<Probe> {
    const { address, port, plan } = this.question;
    const isUnix = isIP(address) === 0;
    const opened = await this.connect();
    const probe = { address, port, connectErrno: null, tls: null, plain: null };
    if (typeof opened === 'string') return { ...probe, connectErrno: opened };
    if (plan.first === 'none') return probe;
    if (plan.first === 'plain' || isUnix) {
      const plain = await this.startUp(opened);
      if (isUnix || !plan.tlsAfterPlain(plain)) return { ...probe, plain };
      const again = await this.connect();
      const tls =
        typeof again === 'string'
          ? { answer: { kind: 'errno' as const, errno: again }, handshake: null, startup: null }
          : (await this.tls(again)).tls;
      return { ...probe, plain, tls };
    }
    const { tls, unused } = await this.tls(opened);
    if (!plan.plainAfterTls(tls)) return { ...probe, tls };
    const again = unused ?? (await this.connect());
    const plain: Startup = typeof again === 'string' ? closedBy(again) : await this.startUp(again);
    return { ...probe, tls, plain };
  }

  hangUp(error?: Error): void {
    this.socket?.destroy(error);
  }

  private step(): Countdown {
    return this.clock.step(this.question.limits.stepMs);
  }

  /** A new connection in the old one's stead; the errno's name where there is none. */
  private async connect(): Promise<Socket | string> {
    const { address, port, limits } = this.question;
    this.question.signal?.throwIfAborted();
    this.hangUp();
    const socket = this.host.network.connect(
      isIP(address) === 0 ? { path: address.replace(/^@/, '\0') } : { address, port },
    );
    this.socket = socket;
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' })),
      this.clock.step(limits.connectMs)(),
    );
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      return errnoOf(error) ?? 'EIO';
    } finally {
      clearTimeout(timer);
      // Whoever listens for the data learns of it; nobody else needs to.
      socket.on('error', () => {});
    }
  }

  /** `unused`: the server said no to TLS, and waits for plain text over the same connection. */
  private async tls(socket: Socket): Promise<{ tls: TlsProbe; unused: Socket | null }> {
    const direct = this.question.negotiation === 'direct';
    const answer: SslAnswer = direct ? { kind: 'direct' } : await this.requestTls(socket);
    if (answer.kind !== 'S' && answer.kind !== 'direct') {
      return { tls: { answer, handshake: null, startup: null }, unused: answer.kind === 'N' ? socket : null };
    }
    const { tls, plan } = this.question;
    const { handshake, stream } = await shakeHands(socket, direct ? { ...tls, alpn: true } : tls, {
      withinMs: this.step()(),
      mayIdentify: (chain) => plan.mayIdentify?.(chain) ?? true,
      firstWords: (shaken) => (plan.mayStartup(shaken.chain, shaken) ? this.packet : null),
    });
    return { tls: { answer, handshake, startup: stream && (await this.readStartup(stream)) }, unused: null };
  }

  /**
   * Bytes that came together with an `S` were not written by who will hold the key. Bytes behind an `N` are left for
   * the reader of plain text, as libpq leaves them.
   */
  private async requestTls(socket: Socket): Promise<SslAnswer> {
    const channel = new Channel(socket);
    try {
      const left = this.step();
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

  private startUp(socket: Socket): Promise<Startup> {
    socket.write(this.packet);
    return this.readStartup(socket);
  }

  private async readStartup(stream: Duplex): Promise<Startup> {
    const channel = new Channel(stream);
    const startup = await readStartup(channel, this.step());
    channel.detach();
    if (startup.kind === 'authentication' && startup.method === 'ok') await this.sayGoodbye(stream);
    return startup;
  }

  private async sayGoodbye(stream: Duplex): Promise<void> {
    const ended = AbortSignal.timeout(this.clock.step(FAREWELL_MS)());
    stream.end(TERMINATE);
    stream.resume();
    await once(stream, 'close', { signal: ended }).catch(() => {});
  }
}

const unanswered = (ending: Ending): SslAnswer =>
  ending.kind === 'failed' ? { kind: 'errno', errno: errnoOf(ending.error) ?? 'EIO' } : { kind: ending.kind };

const closedBy = (errno: string): Startup =>
  errno === 'ETIMEDOUT' ? { kind: 'timeout', errno } : { kind: 'closed', errno };

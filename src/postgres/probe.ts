import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Host } from '../core/host.js';
import { Channel, type Clock, type Countdown, startClock } from './channel.js';
import { endpointOf, requestTls, whyNotConnected } from './connect.js';
import { type StartupOption, startupMessage, TERMINATE } from './packets.js';
import type { Probe, SslAnswer, Startup, TlsProbe } from './probe-types.js';
import { readStartup } from './startup.js';
import { type Secured, type Succeeded, shakeHands, type TlsSettings } from './tls.js';

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

/** A connection that stands ready for the start-up packet. `probe` says how it came about, or why there is none. */
export interface Opened {
  readonly probe: Probe;
  /** The caller's own; null where the server, or the plan, does not let it come to that. */
  readonly stream: Socket | null;
}

/**
 * As `probeAddress`, over one connection, as far as to the start-up packet: that and all that follows is the caller's.
 * Rejects with what the plan throws.
 */
export function openAddress(host: Host, question: ProbeQuestion): Promise<Opened> {
  return new Probing(host, question).open();
}

type SecuredOrNot = { readonly answer: SslAnswer } & (
  | Secured
  | { readonly handshake: null; readonly stream: null }
);

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

  async open(): Promise<Opened> {
    const { address, port, plan } = this.question;
    const probe = { address, port, connectErrno: null, tls: null, plain: null };
    const opened = await this.connect();
    if (typeof opened === 'string') return { probe: { ...probe, connectErrno: opened }, stream: null };
    if (plan.first === 'plain' || isIP(address) === 0) return { probe, stream: opened };
    try {
      const { answer, handshake, stream } = await this.secure(opened, new Uint8Array());
      if (stream === null) this.hangUp();
      return { probe: { ...probe, tls: { answer, handshake, startup: null } }, stream };
    } catch (error) {
      this.hangUp();
      throw error;
    }
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
    const socket = this.host.network.connect(endpointOf(address, port));
    this.socket = socket;
    return (await whyNotConnected(socket, this.clock.step(limits.connectMs)())) ?? socket;
  }

  /** `unused`: the server said no to TLS, and waits for plain text over the same connection. */
  private async tls(socket: Socket): Promise<{ tls: TlsProbe; unused: Socket | null }> {
    const { answer, handshake, stream } = await this.secure(socket, this.packet);
    const startup = stream && (await this.readStartup(stream));
    return { tls: { answer, handshake, startup }, unused: answer.kind === 'N' ? socket : null };
  }

  /** TLS up to the end of the handshake, and `words` where the plan permits a start-up. */
  private async secure(socket: Socket, words: Uint8Array): Promise<SecuredOrNot> {
    const direct = this.question.negotiation === 'direct';
    const answer: SslAnswer = direct ? { kind: 'direct' } : await requestTls(socket, this.step());
    if (answer.kind !== 'S' && answer.kind !== 'direct') return { answer, handshake: null, stream: null };
    const { tls, plan } = this.question;
    const secured = await shakeHands(socket, direct ? { ...tls, alpn: true } : tls, {
      withinMs: this.step()(),
      mayIdentify: (chain) => plan.mayIdentify?.(chain) ?? true,
      firstWords: (shaken) => (plan.mayStartup(shaken.chain, shaken) ? words : null),
    });
    return { answer, ...secured };
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

const closedBy = (errno: string): Startup =>
  errno === 'ETIMEDOUT' ? { kind: 'timeout', errno } : { kind: 'closed', errno };

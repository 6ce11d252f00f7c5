import type { HostSpec } from '../postgres/host-list.js';
import { parseIntParam } from '../postgres/host-list.js';
import type { Handshake, SslAnswer, Startup, TlsProbe } from '../postgres/probe-types.js';
import { parseCertificate } from '../x509/certificate.js';
import { buildChain, type ChainVerdict } from '../x509/chain.js';
import { matchHostName } from '../x509/host-name.js';
import type { Certificate } from '../x509/types.js';
import { clientAlertOf } from './alerts.js';
import { chainRefusalReason } from './chain-words.js';
import type { ErrorBuffer } from './error-buffer.js';
import type { Evidence, SslMode } from './evidence.js';
import { rootFileRefusal } from './files.js';
import { CLOSED, handshakeFailed, serverSays, systemError, type Wording } from './verdict-texts.js';
import type { Stage } from './verdict-types.js';

/** What libpq does after a conversation with a server. */
export type Step =
  | { readonly go: 'connected' }
  /** With the next method, on a connection of its own, where sslmode has one; else it gives up. */
  | { readonly go: 'next-method'; readonly stage: Stage }
  /** The server has no TLS: with plain text on the same connection where sslmode permits it. */
  | { readonly go: 'without-tls' }
  | { readonly go: 'next-address' | 'next-host'; readonly stage: Stage }
  | { readonly go: 'give-up'; readonly stage: Stage }
  /** It waits without end, as there is no connect_timeout. */
  | { readonly go: 'wait'; readonly stage: Stage }
  /** The evidence ends here. */
  | { readonly go: 'unknown'; readonly missing: 'tls' | 'tls-startup' | 'plain' };

/** What a conversation is judged by. */
export interface Scene extends Wording {
  readonly evidence: Evidence;
  readonly sslmode: SslMode;
  readonly spec: HostSpec;
  readonly said: ErrorBuffer;
}

const CANNOT_CONNECT_NOW = '57P03';

const stageOf = (reason: string): Stage => (clientAlertOf(reason) === null ? 'tls' : 'client-certificate');

/** Nothing came in time: libpq waits as long as connect_timeout says (`pqConnectDBComplete`). */
function silence({ evidence, said }: Scene, stage: Stage): Step {
  const limit = parseIntParam(evidence.settings.get('connect_timeout')?.value ?? '') ?? 0;
  if (limit <= 0) return { go: 'wait', stage };
  said.replace('timeout expired');
  return { go: 'next-address', stage };
}

/** The answer to SSLRequest, or null where TLS begins. Source: CONNECTION_SSL_STARTUP in `PQconnectPoll`. */
function answered(answer: SslAnswer, scene: Scene): Step | null {
  const { said } = scene;
  const giveUp: Step = { go: 'give-up', stage: 'tls' };
  switch (answer.kind) {
    case 'S':
    case 'direct':
    case 'injection':
      return null;
    case 'N':
      return { go: 'without-tls' };
    case 'closed':
      said.replace(CLOSED);
      return giveUp;
    case 'errno':
      lost(answer.errno, scene);
      return giveUp;
    case 'timeout':
      return silence(scene, 'tls');
    case 'error':
      // The text is not to be trusted, as nobody vouches for the server yet (CVE-2024-10977).
      said.append('server sent an error response during SSL exchange');
      return giveUp;
    case 'garbage':
      said.append(`received invalid response to SSL negotiation: ${String.fromCharCode(answer.byte)}`);
      return giveUp;
  }
}

/** Source: `pqsecure_raw_read` in fe-secure.c. */
function lost(errno: string, scene: Scene): void {
  const isEnd = errno === 'ECONNRESET' || errno === 'EPIPE';
  scene.said.replace(isEnd ? CLOSED : `could not receive data from server: ${systemError(errno, scene)}`);
}

function handshakeSays(handshake: Extract<Handshake, { ok: false }>, scene: Scene): Step {
  const { said, evidence } = scene;
  const { kind, reason } = handshake;
  if (kind === 'withheld') return { go: 'unknown', missing: 'tls' };
  if (kind === 'timeout') return silence(scene, 'tls');
  if (kind === 'closed') said.replace('SSL SYSCALL error: EOF detected');
  else if (kind === 'errno') said.replace(`SSL SYSCALL error: ${systemError(reason, scene)}`);
  else said.replace(handshakeFailed(reason, evidence.settings, scene));
  return { go: 'next-method', stage: stageOf(reason) };
}

/** The certificates that the handshake showed, the server's own first. */
const sentChain = ({ chain = [] }: Handshake): readonly Certificate[] =>
  chain.map(parseCertificate).filter((certificate) => certificate !== null);

/** The judgement of a chain by the root file and the CRLs; null where libpq verifies nothing, or nothing was sent. */
function judged([leaf, ...untrusted]: readonly Certificate[], { files, now }: Evidence): ChainVerdict | null {
  const { root, crl } = files;
  if (leaf === undefined || (root.kind !== 'present' && root.kind !== 'system')) return null;
  const roots = root.kind === 'system' ? root.certificates : (root.bundle?.certificates ?? []);
  const checks = crl.active && root.kind === 'present';
  const anchors = [...roots, ...(checks ? (crl.certificates ?? []) : [])];
  const crls = checks ? crl.loaded : null;
  return buildChain({ leaf, untrusted, anchors, crls, now, purpose: 'server', securityLevel: 2 });
}

interface Refusal {
  readonly stage: Stage;
  readonly text: string;
}

/** What OpenSSL judges in the midst of the handshake, before it shows a certificate of its own. */
function chainRefusal(handshake: Handshake, { evidence }: Scene): Refusal | null {
  const chain = judged(sentChain(handshake), evidence);
  return chain === null || chain.trusted
    ? null
    : { stage: 'certificate', text: `SSL error: ${chainRefusalReason(chain)}` };
}

/** What libpq checks once TLS stands; null where all is well. Source: `open_client_SSL`, fe-secure-openssl.c. */
function peerRefusal(handshake: Extract<Handshake, { ok: true }>, scene: Scene): Refusal | null {
  const { evidence, sslmode, spec, major } = scene;
  if (isDirect(evidence) && handshake.alpn !== 'postgresql') {
    const text =
      handshake.alpn === null
        ? 'direct SSL connection was established without ALPN protocol negotiation extension'
        : 'SSL connection was established with unexpected ALPN protocol';
    return { stage: 'tls', text };
  }
  const [leaf] = sentChain(handshake);
  if (sslmode !== 'verify-full' || leaf === undefined) return null;
  if (!spec.host)
    return { stage: 'hostname', text: 'host name must be specified for a verified SSL connection' };
  const { matches, libpqMessage } = matchHostName(leaf, spec.host, { major });
  return matches ? null : { stage: 'hostname', text: libpqMessage ?? '' };
}

const isDirect = ({ settings, major }: Evidence): boolean =>
  major >= 17 && settings.get('sslnegotiation')?.value === 'direct';

/**
 * A conversation that begins with SSLRequest, in libpq's order: the answer, then what it refuses by itself
 * (`initialize_SSL`), the handshake with the verification of the chain, the host name, the start-up.
 */
export function tlsStep(tls: TlsProbe, scene: Scene): Step {
  const { evidence, sslmode, said, major } = scene;
  const early = answered(tls.answer, scene);
  if (early !== null) return early;

  const rootRefusal = rootFileRefusal(evidence.files.root, sslmode, major);
  const local = rootRefusal ?? evidence.files.client.refusal;
  if (local !== null) {
    said.replace(local);
    return { go: 'next-method', stage: rootRefusal === null ? 'client-certificate' : 'certificate' };
  }
  if (tls.answer.kind === 'injection') {
    said.append('received unencrypted data after SSL response');
    return { go: 'give-up', stage: 'tls' };
  }
  if (tls.handshake === null) return { go: 'unknown', missing: 'tls' };
  const chain = chainRefusal(tls.handshake, scene);
  if (chain === null && !tls.handshake.ok) return handshakeSays(tls.handshake, scene);
  const refusal = chain ?? (tls.handshake.ok ? peerRefusal(tls.handshake, scene) : null);
  if (refusal !== null) {
    said.replace(refusal.text);
    return { go: 'next-method', stage: refusal.stage };
  }
  if (!tls.handshake.ok || tls.startup === null) return { go: 'unknown', missing: 'tls-startup' };
  return startupStep(tls.startup, scene, tls.handshake.clientCertificateRequested);
}

/**
 * The start-up exchange. `requested`: the server asked for a client certificate, which is known over TLS only.
 * Source: CONNECTION_AWAITING_RESPONSE in `PQconnectPoll`.
 */
export function startupStep(startup: Startup, scene: Scene, requested: boolean | null | undefined): Step {
  const { said, major } = scene;
  const overTls = requested !== undefined;
  switch (startup.kind) {
    case 'authentication':
      return certificateWanted(startup.method, scene, requested ?? null, overTls) ?? { go: 'connected' };
    case 'error':
      said.append(serverSays(startup.error));
      if (startup.error.severity === '') return { go: 'give-up', stage: 'startup' };
      if (major >= 14 && startup.error.sqlstate === CANNOT_CONNECT_NOW)
        return { go: 'next-host', stage: 'startup' };
      return { go: 'next-method', stage: 'startup' };
    case 'alert':
      said.replace(`SSL error: ${startup.reason}`);
      return { go: 'give-up', stage: stageOf(startup.reason) };
    case 'closed':
      if (startup.errno !== undefined) lost(startup.errno, scene);
      else said.replace(overTls ? 'SSL connection has been closed unexpectedly' : CLOSED);
      return { go: 'give-up', stage: 'startup' };
    case 'garbage':
      said.append(unexpected(String.fromCharCode(startup.byte), major));
      return { go: 'give-up', stage: 'startup' };
    case 'timeout':
      return silence(scene, 'startup');
  }
}

/** A request or an error of impossible length; since 16 libpq says so, and reads no endless error. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  R: 'received invalid authentication request',
  E: 'received invalid error message',
};

function unexpected(type: string, major: number): string {
  if (major < 16 && type === 'E') return CLOSED;
  const said = major < 16 ? undefined : IMPOSSIBLE[type];
  return said ?? `expected authentication request from server, but received ${type}`;
}

/** `sslcertmode=require`, which is judged once the server lets one in. Source: `check_expected_areq`, fe-auth.c. */
function certificateWanted(
  method: string,
  { evidence, said, major }: Scene,
  requested: boolean | null,
  overTls: boolean,
): Step | null {
  const wanted = major >= 16 && evidence.settings.get('sslcertmode')?.value === 'require';
  if (!wanted || method !== 'ok') return null;
  if (!overTls || requested === false) said.append('server did not request an SSL certificate');
  else if (evidence.files.client.identity === null) {
    said.append('server accepted connection without a valid SSL certificate');
  } else return null;
  return { go: 'give-up', stage: 'client-certificate' };
}

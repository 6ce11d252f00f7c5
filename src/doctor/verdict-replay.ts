import type { Probe } from '../postgres/probe-types.js';
import { ErrorBuffer } from './error-buffer.js';
import type { Evidence, HostEvidence, SslMode } from './evidence.js';
import { type Scene, type Step, startupStep, tlsStep } from './verdict-step.js';
import { connectFailed, identity, lookupFailed } from './verdict-texts.js';
import type { Stage } from './verdict-types.js';

/** Evidence that libpq would get next and that isn't there: `host` is its place in the list. */
export type Missing =
  | { readonly what: 'addresses'; readonly host: number }
  | {
      /** The conversation that begins with SSLRequest, the start-up over TLS, or the one in plain text. */
      readonly what: 'tls' | 'tls-startup' | 'plain';
      readonly host: number;
      readonly address: string;
    };

/** How a connection ends. `missing` where that can't be said yet. */
export type Ending =
  | { readonly connects: true; readonly stage: 'ok' }
  | { readonly connects: false; readonly stage: Stage; readonly libpqMessage: string | null }
  | { readonly connects: null; readonly stage: Stage; readonly missing: Missing };

type Method = 'tls' | 'plain';

/** In the order of trying. Source: `select_next_encryption_method`, and before 17 `allow_ssl_try` and `wait_ssl_try`. */
const METHODS: Readonly<Record<SslMode, readonly Method[]>> = {
  disable: ['plain'],
  allow: ['plain', 'tls'],
  prefer: ['tls', 'plain'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
};

const isEnding = (result: Step | Ending): result is Ending => 'connects' in result;

/**
 * libpq's way through hosts, addresses and methods with this sslmode, as far as the evidence goes. GSSAPI is left
 * out, as without a credential cache libpq does not ask for it; so is target_session_attrs.
 * Source: `PQconnectPoll` in fe-connect.c.
 */
export function replay(evidence: Evidence, sslmode: SslMode): Ending {
  const said = new ErrorBuffer(evidence.major);
  let stage: Stage = 'network';
  for (const [place, host] of evidence.hosts.entries()) {
    const { spec, addresses, lookupErrno } = host;
    const scene: Scene = { evidence, sslmode, spec, said, major: evidence.major, windows: evidence.windows };
    if (spec.problem !== null) {
      said.append(spec.problem.libpqMessage);
      if (spec.problem.fatal) break;
      continue;
    }
    if (lookupErrno !== null) {
      said.append(lookupFailed(spec, lookupErrno, scene));
      continue;
    }
    if (addresses.length === 0) {
      return { connects: null, stage: 'network', missing: { what: 'addresses', host: place } };
    }
    const result = tryHost(host, place, scene);
    if (isEnding(result)) return result;
    if ('stage' in result) stage = result.stage;
  }
  return { connects: false, stage, libpqMessage: said.toString() };
}

function tryHost(host: HostEvidence, place: number, scene: Scene): Step | Ending {
  let last: Step = { go: 'next-host', stage: 'network' };
  for (const address of host.addresses) {
    const step = tryAddress(host, address, scene);
    switch (step.go) {
      case 'connected':
        return { connects: true, stage: 'ok' };
      case 'unknown': {
        const stage = step.missing === 'tls' ? 'tls' : 'startup';
        return { connects: null, stage, missing: { what: step.missing, host: place, address } };
      }
      case 'wait':
        return { connects: false, stage: step.stage, libpqMessage: null };
      case 'next-host':
        return step;
      case 'next-address':
        last = step;
        break;
      default:
        return {
          connects: false,
          stage: 'stage' in step ? step.stage : 'tls',
          libpqMessage: scene.said.toString(),
        };
    }
  }
  return last;
}

/** One address with one method after another, each on a connection of its own. */
function tryAddress(host: HostEvidence, address: string, scene: Scene): Step {
  const { said, sslmode, spec } = scene;
  const methods: readonly Method[] = spec.unixSocket ? ['plain'] : METHODS[sslmode];
  const probe = host.probes.find((one) => one.address === address);
  let step: Step = { go: 'unknown', missing: methods[0] ?? 'plain' };
  for (const [turn, method] of methods.entries()) {
    if (probe === undefined) return step;
    said.begin(identity(spec, address, scene));
    if (probe.connectErrno !== null) {
      said.append(connectFailed(spec, address, probe.connectErrno, scene));
      return { go: 'next-address', stage: 'network' };
    }
    step = method === 'tls' ? overTls(probe, methods.slice(turn + 1), scene) : inPlain(probe, scene);
    if (step.go !== 'next-method') return step;
  }
  return step;
}

function inPlain(probe: Probe, scene: Scene): Step {
  return probe.plain === null
    ? { go: 'unknown', missing: 'plain' }
    : startupStep(probe.plain, scene, undefined);
}

/** Where the server has no TLS, libpq before 17 went back to plain text even if that was what `allow` had tried first. */
function overTls(probe: Probe, left: readonly Method[], scene: Scene): Step {
  if (probe.tls === null) return { go: 'unknown', missing: 'tls' };
  const step = tlsStep(probe.tls, scene);
  if (step.go !== 'without-tls') return step;
  const permitted = scene.major >= 17 ? left.includes('plain') : METHODS[scene.sslmode].includes('plain');
  if (!permitted) {
    scene.said.append('server does not support SSL, but SSL was required');
    return { go: 'give-up', stage: 'tls' };
  }
  const plain = inPlain(probe, scene);
  return plain.go === 'next-method' ? { go: 'give-up', stage: plain.stage } : plain;
}

import type { LibpqBuild } from './libpq-build.js';
import { HIDDEN } from './refusal.js';
import { requireAuthProblem } from './require-auth.js';
import type { Settings } from './setting.js';

/** What the rules look at. */
interface Look {
  readonly major: number;
  readonly build: LibpqBuild;
  /** A parameter's value; undefined where nothing gives it. */
  value(name: string): string | undefined;
  /** The same as it may be shown. */
  shown(name: string): string;
}

/** One thing that libpq checks before it connects: its message, or null. */
type Rule = (look: Look) => string | null;

/** The majors a rule holds for start here; before, the parameter or the rule did not exist. */
const since =
  (major: number, rule: Rule): Rule =>
  (look) =>
    look.major >= major ? rule(look) : null;

const oneOf =
  (name: string, words: readonly string[]): Rule =>
  ({ value, shown }) => {
    const given = value(name);
    return given === undefined || words.includes(given) ? null : `invalid ${name} value: "${shown(name)}"`;
  };

const SSLMODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const TLS_VERSIONS = ['tlsv1', 'tlsv1.1', 'tlsv1.2', 'tlsv1.3'];
const ATTRS_12 = ['any', 'read-write'];
const ATTRS = [...ATTRS_12, 'read-only', 'primary', 'standby', 'prefer-standby'];

const directNeedsTls: Rule = ({ value, shown }) => {
  const weak = !['require', 'verify-ca', 'verify-full'].includes(value('sslmode') ?? '');
  return value('sslnegotiation') === 'direct' && weak
    ? `weak sslmode "${shown('sslmode')}" may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")`
    : null;
};

const systemNeedsVerifyFull: Rule = ({ value, shown }) =>
  value('sslrootcert') === 'system' && value('sslmode') !== 'verify-full'
    ? `weak sslmode "${shown('sslmode')}" may not be used with sslrootcert=system (use "verify-full")`
    : null;

/** The place in TLS_VERSIONS, -1 for no bound; undefined for what is no version. */
function tlsVersion(text = ''): number | undefined {
  const place = TLS_VERSIONS.indexOf(text.toLowerCase());
  return text === '' ? -1 : place < 0 ? undefined : place;
}

const tlsBound =
  (name: string): Rule =>
  ({ value, shown, major }) => {
    if (tlsVersion(value(name)) !== undefined) return null;
    return major >= 17
      ? `invalid "${name}" value: "${shown(name)}"`
      : `invalid ${name} value: "${shown(name)}"`;
  };

const tlsRange: Rule = ({ value }) => {
  const min = tlsVersion(value('ssl_min_protocol_version')) ?? -1;
  const max = tlsVersion(value('ssl_max_protocol_version')) ?? -1;
  return min >= 0 && max >= 0 && min > max ? 'invalid SSL protocol version range' : null;
};

const gssNeedsGssapi: Rule = ({ value, build }) =>
  value('gssencmode') === 'require' && !build.gssapi
    ? 'gssencmode value "require" invalid when GSSAPI support is not compiled in'
    : null;

/** The bytes that Base64 stands for, or null where it is broken (`pg_b64_decode` in common/base64.c). */
function base64Length(text: string): number | null {
  let place = 0;
  let padding = 0;
  let length = 0;
  for (const char of text) {
    if (char === '=') {
      if (padding === 0 && place < 2) return null;
      padding ||= place - 1;
    } else if (!/[A-Za-z0-9+/]/.test(char)) return null;
    place = (place + 1) % 4;
    if (place === 0) length += padding === 0 ? 3 : padding;
  }
  return place === 0 ? length : null;
}

const scramKey =
  (who: 'client' | 'server'): Rule =>
  ({ value }) => {
    const key = value(`scram_${who}_key`);
    if (key === undefined) return null;
    const length = base64Length(key);
    if (length === null) return `invalid SCRAM ${who} key`;
    return length === 32 ? null : `invalid SCRAM ${who} key length: ${length}`;
  };

const PROTOCOLS: ReadonlyMap<string | undefined, number> = new Map([
  ['3.0', 0],
  ['3.2', 2],
  ['latest', 2],
]);

const protocolRange: Rule = ({ value }) => {
  const min = PROTOCOLS.get(value('min_protocol_version')) ?? 0;
  const max = PROTOCOLS.get(value('max_protocol_version')) ?? min;
  return min > max ? '"min_protocol_version" is greater than "max_protocol_version"' : null;
};

/** In the order in which libpq checks; the first that fails ends it. */
const RULES: readonly Rule[] = [
  since(16, ({ value, major }) => requireAuthProblem(value('require_auth') || 'none', major)),
  since(13, oneOf('channel_binding', ['disable', 'prefer', 'require'])),
  oneOf('sslmode', SSLMODES),
  since(17, oneOf('sslnegotiation', ['postgres', 'direct'])),
  since(17, directNeedsTls),
  since(16, systemNeedsVerifyFull),
  since(13, tlsBound('ssl_min_protocol_version')),
  since(13, tlsBound('ssl_max_protocol_version')),
  since(13, tlsRange),
  since(16, oneOf('sslcertmode', ['disable', 'allow', 'require'])),
  oneOf('gssencmode', ['disable', 'prefer', 'require']),
  gssNeedsGssapi,
  (look) => oneOf('target_session_attrs', look.major >= 14 ? ATTRS : ATTRS_12)(look),
  since(18, scramKey('client')),
  since(18, scramKey('server')),
  since(16, oneOf('load_balance_hosts', ['disable', 'random'])),
  since(18, oneOf('min_protocol_version', [...PROTOCOLS.keys()].map(String))),
  since(18, oneOf('max_protocol_version', [...PROTOCOLS.keys()].map(String))),
  since(18, protocolRange),
];

/** libpq's message for the first setting that it refuses, or null. Source: `pqConnectOptions2` in fe-connect.c. */
export function settingsProblem(settings: Settings, major: number, build: LibpqBuild): string | null {
  const look: Look = {
    major,
    build,
    value: (name) => settings.get(name)?.value,
    shown: (name) => (settings.get(name)?.secret ? HIDDEN : (settings.get(name)?.value ?? '')),
  };
  for (const rule of RULES) {
    const problem = rule(look);
    if (problem !== null) return problem;
  }
  return null;
}

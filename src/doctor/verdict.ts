import type { LibpqBuild } from '../postgres/libpq-build.js';
import type { Settings } from '../postgres/settings.js';
import { settingsProblem } from '../postgres/settings-rules.js';
import { type Evidence, SSL_MODES, type SslMode } from './evidence.js';
import { replay } from './verdict-replay.js';
import type { ModeVerdict, Stage, Verdict } from './verdict-types.js';

/** Only what the settings say of each other counts here: what this libpq can do was asked before. */
const ANY_BUILD: LibpqBuild = { socketFolder: null, sysconfFolder: null, gssapi: true, windows: false };

function withSslmode({ settings }: Evidence, sslmode: SslMode): Settings {
  const given = settings.get('sslmode');
  if (given?.value === sslmode) return settings;
  return new Map(settings).set('sslmode', {
    value: sslmode,
    origin: given?.origin ?? 'conninfo',
    secret: false,
  });
}

/**
 * Would libpq of the evidence's major connect with this sslmode, all else being the same, and what would it print?
 * `connects` is null where that would take evidence that was not gathered.
 */
export function verdictFor(evidence: Evidence, sslmode: SslMode): ModeVerdict & { readonly stage: Stage } {
  const settings = withSslmode(evidence, sslmode);
  const problem = settingsProblem(settings, evidence.major, ANY_BUILD);
  if (problem !== null) return { connects: false, stage: 'settings', libpqMessage: problem };
  const ending = replay({ ...evidence, settings }, sslmode);
  const libpqMessage = ending.connects === false ? ending.libpqMessage : null;
  return { connects: ending.connects, stage: ending.stage, libpqMessage };
}

/** libpq's verdict for the settings as they are, and for each sslmode. Pure: all that it goes by is the evidence. */
export function verdict(evidence: Evidence): Verdict {
  const modes = Object.fromEntries(
    SSL_MODES.map((sslmode) => {
      const { connects, libpqMessage } = verdictFor(evidence, sslmode);
      return [sslmode, { connects, libpqMessage }];
    }),
  ) as Record<SslMode, ModeVerdict>;
  return { ...verdictFor(evidence, evidence.sslmode), modes };
}

import { type HbaRule, plainTextRules, readRules } from './hba.js';
import { type Answers, ENFORCING, MOST_SESSIONS } from './questions.js';
import { readSessions, type Sessions } from './sessions.js';

/** What a server says of itself and of its sessions, in order. */
export interface AuditReport {
  readonly server: ServerFacts;
  /** The user who is logged in, and to which database. */
  readonly user: string;
  readonly database: string;
  /** This connection left out. */
  readonly sessions: Sessions;
  /** null where it is not shown. */
  readonly hba: readonly HbaRule[] | null;
  readonly enforced: Enforced;
  /** How many sessions were read at most, where there are more; else null. */
  readonly cutAt: number | null;
}

export interface ServerFacts {
  /** How messages name it. */
  readonly name: string;
  readonly version: string;
  /** Whether TLS is on; null where it does not say. */
  readonly ssl: boolean | null;
  readonly settings: ReadonlyMap<string, string>;
}

/** Whether every client over the network has to use TLS (or GSSAPI's encryption). */
export interface Enforced {
  /** null where what it depends on is not shown. */
  readonly tls: boolean | null;
  /** The setting that decides; null where pg_hba.conf does, or nothing is known. */
  readonly by: string | null;
}

/** Pure. `name` is how messages name the server. */
export function reportOf(answers: Answers, name: string): AuditReport {
  const { settings } = answers;
  const all = readSessions(answers.sessions);
  const cutAt = answers.sessions.length > MOST_SESSIONS ? MOST_SESSIONS : null;
  const hba = answers.hba === null ? null : readRules(answers.hba);
  const ssl = settings.get('ssl');
  return {
    server: {
      name,
      version: answers.version,
      ssl: ssl === undefined ? null : isOn(ssl),
      settings,
    },
    user: answers.user,
    database: answers.database,
    sessions: cutAt === null ? all : { ...all, shown: all.shown.slice(0, cutAt) },
    hba,
    enforced: enforcedBy(settings, hba),
    cutAt,
  };
}

const isOn = (value: string): boolean => ['on', '1', 'true', 'yes'].includes(value.toLowerCase());

/** A provider's setting counts before the lines of pg_hba.conf, which it puts there itself. */
function enforcedBy(settings: ReadonlyMap<string, string>, hba: readonly HbaRule[] | null): Enforced {
  if (settings.has('ssl') && !isOn(settings.get('ssl') ?? '')) return { tls: false, by: 'ssl' };
  for (const name of ENFORCING) {
    const value = settings.get(name);
    if (value !== undefined) return { tls: isOn(value), by: name };
  }
  return { tls: hba === null ? null : plainTextRules(hba).length === 0, by: null };
}

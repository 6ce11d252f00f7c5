import { type Finding, finding, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import type { Certificate } from '../x509/types.js';
import {
  retireHelps,
  type Standing,
  successionHelps,
  successionNotes,
  supersededFinding,
} from './succession.js';

export type State = 'ok' | 'expiring' | 'expired' | 'not-yet-valid' | 'retired' | 'not-a-ca';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How a certificate of root.crt stands at a time; of several truths the gravest. `retired`: the catalogue says so, and
 * no provider that is served by the file still needs it.
 */
export function stateOf(certificate: Certificate, retired: boolean, now: Date, warnDays: number): State {
  if (certificate.notAfter < now) return 'expired';
  if (certificate.notBefore > now) return 'not-yet-valid';
  if (!certificate.isCa) return 'not-a-ca';
  if (retired) return 'retired';
  if (certificate.notAfter.getTime() - now.getTime() < warnDays * DAY_MS) return 'expiring';
  return 'ok';
}

/** The finding that a state is worth; null for a root that is in order and has no successor. */
export function stateFinding(certificate: Certificate, state: State, standing: Standing): Finding | null {
  const name = `"${printable(certificate.name)}"`;
  const remove = ['pg-root-cert', 'remove', standing.id ?? certificate.sha256];
  const until = certificate.notAfter.toISOString().slice(0, 10);
  const notes = successionNotes(standing);
  const installs = successionHelps(standing);
  const isThere = standing.successions.some(({ isComplete }) => isComplete);
  switch (state) {
    case 'ok':
      return supersededFinding(certificate, standing);
    case 'expired':
      return finding('root-expired', `${name} expired on ${until}`, {
        notes: ['libpq accepts no server by it any more', ...notes],
        help: [...installs, help('take it out', [remove])],
      });
    case 'expiring':
      return finding('root-expiring', `${name} expires on ${until}`, {
        notes,
        help: isThere ? [] : installs.length > 0 ? installs : [lookForSuccessor()],
      });
    case 'not-yet-valid':
      return finding(
        'root-not-yet-valid',
        `${name} is valid from ${certificate.notBefore.toISOString()} only`,
        {
          help: [help('check the clock of this machine', [['date']])],
        },
      );
    case 'retired':
      return finding('root-retired', `${name} is retired: nothing new is issued from it`, {
        notes,
        help: [...installs, ...retireHelps(certificate, standing)],
      });
    case 'not-a-ca':
      return finding('root-not-a-ca', `${name} is not a certificate authority`, {
        notes: ['it can vouch for nothing but itself'],
        help: [help('take it out, unless a server uses just this certificate', [remove], 'review')],
      });
  }
}

const lookForSuccessor = () =>
  help("look for its successor on the provider's pages, and install that beside it in time", [], 'review');

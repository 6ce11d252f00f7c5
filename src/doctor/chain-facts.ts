import type { ChainFault, FaultKind } from '../x509/chain.js';
import type { Certificate } from '../x509/types.js';
import type { CheckContext } from './check.js';
import { usesTls, verifiesChain } from './connection.js';
import { anchorsOf } from './judged-chain.js';

/** Which question a fault answers. `unsound` is all that none of the others is. */
export type FaultGroup = 'no-anchor' | 'dates' | 'revoked' | 'crl-dates' | 'crl-missing' | 'unsound';

const GROUPS: Partial<Record<FaultKind, FaultGroup>> = {
  'issuer-not-found': 'no-anchor',
  'self-signed-leaf': 'no-anchor',
  'self-signed-in-chain': 'no-anchor',
  expired: 'dates',
  'not-yet-valid': 'dates',
  revoked: 'revoked',
  'crl-expired': 'crl-dates',
  'crl-not-yet-valid': 'crl-dates',
  'crl-date-format': 'crl-dates',
  'crl-missing': 'crl-missing',
  'crl-scope': 'crl-missing',
  'crl-signature': 'crl-missing',
  'crl-key-usage': 'crl-missing',
  'crl-critical-extension': 'crl-missing',
};

export const faultGroup = ({ kind }: ChainFault): FaultGroup => GROUPS[kind] ?? 'unsound';

/** True if there is a chain and libpq looks at it with these settings. */
export const isJudged = ({ chain, evidence }: CheckContext): boolean =>
  chain !== null && usesTls(evidence) && verifiesChain(evidence);

/** What of the path the server has to renew: all that it sent but a root. */
export function serversOwn({ chain }: CheckContext): readonly Certificate[] {
  const sent = new Set(chain?.sent.map(({ sha256 }) => sha256));
  return (chain?.path ?? []).filter(
    ({ sha256, selfIssued }, at) => sent.has(sha256) && (at === 0 || !selfIssued),
  );
}

/** The subjects of the roots that somebody knows: those of root.crt and those of the catalogue. */
export const rootsInSight = ({ evidence, catalog }: CheckContext): readonly string[] => [
  ...anchorsOf(evidence).map(({ subject }) => subject),
  ...catalog.roots.map(({ subject }) => subject),
];

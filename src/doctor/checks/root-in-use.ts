import { stateFinding, stateOf } from '../../inspect/state.js';
import { standingOf } from '../../inspect/succession.js';
import { isRetired } from '../../install/retired.js';
import { faultGroup, isJudged } from '../chain-facts.js';
import { type Check, found, pass } from '../check.js';
import { anchorsOf } from '../judged-chain.js';
import { dayOf } from '../remedies.js';

/** The anchor of this very chain; what else root.crt holds is `status`'s affair. */
export const rootInUse: Check = {
  id: 'root-in-use',
  title: 'does the root in use last?',
  needs: ['impostor-root', 'server-cert-expired', 'server-cert-not-yet-valid'],
  applies: isJudged,
  run: ({ chain, catalog, evidence, warnDays }) => {
    const fault = chain?.fault ?? null;
    const isDated = fault !== null && faultGroup(fault) === 'dates' && fault.depth > 0;
    const anchor = isDated ? fault.certificate : chain?.path.at(-1);
    if (chain === null || anchor === undefined || !(chain.trusted || isDated)) return pass();
    const root = catalog.bySha256(anchor.sha256);
    const held = anchorsOf(evidence);
    const there = new Set(held.map(({ sha256 }) => sha256));
    const state = stateOf(anchor, isRetired(catalog, anchor, there), evidence.now, warnDays);
    // A server's own self-signed certificate that root.crt holds: its end date is the server's, not a root's.
    if (state === 'not-a-ca' || chain.path.length === 1) return pass(`until ${dayOf(anchor.notAfter)}`);
    const finding = stateFinding(anchor, state, standingOf(catalog, root, held));
    const isNews = finding !== null && finding.severity !== 'info';
    return isNews ? found(finding) : pass(`until ${dayOf(anchor.notAfter)}`);
  },
};

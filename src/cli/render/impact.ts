import { printable } from '../../core/printable.js';
import { count } from '../../core/words.js';
import type { Impact } from '../../doctor/impact.js';
import { inOneLine } from '../../doctor/verdict-texts.js';
import type { Paint } from './paint.js';

/** Which targets a change of root.crt touches. */
export function impactText(impacts: readonly Impact[], paint: Paint): string {
  const changed = impacts.filter(({ before, after, losesTls }) => before !== after || losesTls);
  const tried = `${count(impacts.length, 'target')} tried`;
  if (changed.length === 0) return `impact: ${tried}, nothing changes for any`;
  return [
    `impact: ${tried}, ${changed.length} changed`,
    ...changed.map(({ target, after, losesTls, libpqMessage }) => {
      if (losesTls) return `  ${paint.red('goes to plain text:')} ${printable(target)}`;
      const deed =
        after === null ? paint.yellow('not known:') : after ? paint.green('starts:') : paint.red('stops:');
      const why =
        after === false && libpqMessage !== null ? `: ${printable(inOneLine(libpqMessage), 300)}` : '';
      return `  ${deed} ${printable(target)}${why}`;
    }),
  ].join('\n');
}

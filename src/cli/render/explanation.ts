import type { Explanation } from '../../explain/types.js';
import { commandText } from './human.js';
import type { Paint } from './paint.js';

const MOST_CAUSES = 5;

export function explanationText(explanation: Explanation, paint: Paint): string {
  const { matched, causes, decide, remedy } = explanation;
  const shown = causes.slice(0, MOST_CAUSES);
  return [
    ...matched.map(({ client, title, quote }) => `${paint.bold(client)}: ${title}\n  "${quote}"`),
    '',
    paint.bold('Causes, the likeliest first'),
    ...shown.map(
      ({ code, likelihood, why }) =>
        `  ${likelihood === 'likely' ? paint.yellow(code) : code} (${likelihood}): ${why}`,
    ),
    ...(causes.length > shown.length
      ? [
          `  less likely: ${causes
            .slice(MOST_CAUSES)
            .map(({ code }) => code)
            .join(', ')}`,
        ]
      : []),
    '',
    `Which one:    ${paint.bold(commandText(decide, paint.windows))}`,
    `More on one:  pg-root-cert explain ${causes[0]?.code ?? 'CODE'}`,
    ...(remedy === null ? [] : [`Try:          ${paint.bold(commandText(remedy, paint.windows))}`]),
  ].join('\n');
}

import { commandText } from '../../core/command-line.js';
import { wrap } from '../../core/wrap.js';
import type { Explanation } from '../../explain/types.js';
import type { Paint } from './paint.js';

const MOST_CAUSES = 5;

/** A code's page as wide as the terminal is: paragraphs and list items are laid out anew, commands stay as they are. */
export function pageText(page: string, columns: number): string {
  const paragraphs: string[] = [];
  for (const line of page.trimEnd().split('\n')) {
    const last = paragraphs.at(-1) ?? '';
    const goesOn = isProse(last) && line !== '' && !/^(#|- | {4})/.test(line);
    if (goesOn) paragraphs[paragraphs.length - 1] = `${last} ${line.trim()}`;
    else paragraphs.push(line);
  }
  return paragraphs
    .map((each) => (isProse(each) ? wrap('', each, columns, each.startsWith('- ') ? 2 : 0) : each))
    .join('\n');
}

const isProse = (line: string): boolean => /^[^#\s]/.test(line);

export function explanationText(explanation: Explanation, paint: Paint): string {
  const { matched, causes, decide, remedy } = explanation;
  const shown = causes.slice(0, MOST_CAUSES);
  return [
    ...matched.map(
      ({ client, title, quote }) =>
        `${paint.bold(client)}: ${title}\n${wrap('  ', `"${quote}"`, paint.columns)}`,
    ),
    '',
    paint.bold('Causes, the likeliest first'),
    ...shown.map(({ code, likelihood, why }) =>
      wrap(`  ${code} (${likelihood}): `, why, paint.columns, 4).replace(
        code,
        likelihood === 'likely' ? paint.yellow : (same) => same,
      ),
    ),
    ...(causes.length > shown.length
      ? [
          wrap(
            '  less likely: ',
            causes
              .slice(MOST_CAUSES)
              .map(({ code }) => code)
              .join(', '),
            paint.columns,
            4,
          ),
        ]
      : []),
    '',
    `Which one:    ${paint.bold(commandText(decide, paint.windows))}`,
    `More on one:  pg-root-cert explain ${causes[0]?.code ?? 'CODE'}`,
    ...(remedy === null ? [] : [`Try:          ${paint.bold(commandText(remedy, paint.windows))}`]),
  ].join('\n');
}

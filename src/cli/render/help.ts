import { wrap } from '../../core/wrap.js';
import type { Command } from '../command.js';

/** Commands under the heading of what they are for. */
export interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** The list of all commands, aligned. */
export function commandsText(groups: readonly Group[], columns: number): string {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ name }) => name.length)));
  const line = ({ name, summary }: Command): string =>
    wrap(`  pg-root-cert ${name.padEnd(width)}  `, summary, columns);
  return groups.map(({ title, commands }) => [`${title}:`, ...commands.map(line)].join('\n')).join('\n\n');
}

/** Each command on a line of its own, to be copied whole, and what it is for below it where there is no room beside it. */
export function examplesText(examples: Command['examples'], columns: number): string {
  const lines = examples.map(([command]) => `  ${command.replace('$0', 'pg-root-cert')}`);
  const width = Math.max(...lines.map((line) => line.length));
  const isAside = examples.every(([, what]) => width + 2 + what.length <= columns);
  const texts = examples.map(([, what], at) => {
    const line = lines[at] ?? '';
    return isAside ? `${line.padEnd(width)}  ${what}` : `${line}\n${wrap('      ', what, columns)}`;
  });
  return ['Examples:', ...texts].join('\n');
}

import type { ClientsHere } from '../../clients/clients.js';
import type { ClientState } from '../../clients/types.js';
import { commandText } from '../../core/command-line.js';
import { printable } from '../../core/printable.js';
import { wrap } from '../../core/wrap.js';
import type { Paint } from './paint.js';

const INDENT = ' '.repeat(7);

/** A line for each client; what several of them lack is said once, below the last of them. */
export function clientLines({ clients, complete }: ClientsHere, paint: Paint): string[] {
  const width = Math.max(...clients.map((client) => label(client).length));
  const room = paint.columns - INDENT.length - width - 2;
  const lines = (some: readonly ClientState[]): string[] =>
    some.map(
      (client) =>
        `  ${client.served ? paint.green('yes') : paint.yellow('no ')}  ${label(client).padEnd(width)}  ${tail(printable(client.where), room)}`,
    );
  const lacks = [...new Set(clients.map(({ missing }) => missing))].sort(
    (a, b) => Number(b === null) - Number(a === null),
  );
  return [
    ...(clients.length === 0
      ? []
      : [paint.bold('clients here, and whether sslmode=verify-full works with nothing else set:')]),
    ...lacks.flatMap((lack) => {
      const group = clients.filter(({ missing }) => missing === lack);
      return [
        ...lines(group),
        ...(lack === null ? [] : [wrap(INDENT, printable(lack, 1000), paint.columns), ...ways(group, paint)]),
      ];
    }),
    ...(complete ? [] : ['there was more to look at: some clients may be left out']),
  ];
}

const label = ({ name, version }: ClientState): string =>
  printable(version === null ? name : `${name} ${version}`);

const tail = (path: string, room: number): string =>
  path.length <= room ? path : `…${path.slice(1 - room)}`;

function ways(group: readonly ClientState[], paint: Paint): string[] {
  const commands = group.flatMap(({ help }) => help.flatMap((each) => each.commands));
  const typed = commands.map((argv) => commandText(argv, paint.windows));
  return [...new Set(typed)].map((each) => INDENT + paint.bold(each));
}

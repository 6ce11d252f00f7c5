import { describe, expect, test } from '@jest/globals';
import { COMMANDS, GROUPS } from '../../../src/cli/commands/index.js';
import { parse } from '../../../src/cli/parse.js';
import { errorText } from '../../../src/cli/render/human.js';
import { makePaint } from '../../../src/cli/render/paint.js';
import { PgRootCertError } from '../../../src/core/errors.js';

const helpOf = async (...argv: string[]): Promise<string[]> => {
  const { help } = await parse([...argv, '--help'], GROUPS, 80);
  return (help ?? '').split('\n');
};

describe('on a terminal of 80 columns', () => {
  test('each command has one line under the heading of what it is for, install first', async () => {
    const lines = await helpOf();
    const listed = COMMANDS.map(({ name, summary }) =>
      lines.indexOf(`  pg-root-cert ${name.padEnd(10)}  ${summary}`),
    );
    expect(listed.every((at) => at > 0)).toBe(true);
    expect(listed).toEqual([...listed].sort((one, other) => one - other));
    expect(COMMANDS[0]?.name).toBe('install');
    for (const { title } of GROUPS) expect(lines).toContain(`${title}:`);
  });

  test.each(COMMANDS.map(({ name, examples }) => ({ name, examples })))(
    'no example of $name is broken: it can be copied from its line',
    async ({ name, examples }) => {
      const lines = await helpOf(name);
      for (const [command] of examples) {
        const typed = `  ${command.replace('$0', 'pg-root-cert')}`;
        expect(lines.some((line) => line === typed || line.startsWith(`${typed}  `))).toBe(true);
        expect(typed.length).toBeLessThanOrEqual(80);
      }
    },
  );
});

test('a command that ends the advice of an error is never broken between words', () => {
  const long = "pg-root-cert doctor 'host=db.example.org port=5432 dbname=app user=me sslmode=verify-full'";
  const error = new PgRootCertError('usage', 'a fact', {
    help: [`ask the doctor for more: ${long}`, 'see them all: pg-root-cert catalog'],
  });
  expect(errorText(error, makePaint(false, 80, false)).split('\n')).toEqual([
    'error[usage]: a fact',
    '  help: ask the doctor for more:',
    `          ${long}`,
    '  help: see them all: pg-root-cert catalog',
  ]);
});

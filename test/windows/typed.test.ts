import { expect, test } from '@jest/globals';
import { nodeExe, runWindows } from '../../scripts/lib/wine.mjs';
import { commandText } from '../../src/core/command-line.js';

const CMD = 'C:\\windows\\system32\\cmd.exe';

test.each([
  [['C:\\Users\\me too\\root.crt']],
  [['/grant:r', '*S-1-5-21-1-2-3-1001:(OI)(CI)F', '*S-1-5-18:F']],
  [['host=a,b port=5432,5433 user=me', 'sslmode=verify-full']],
  [['a "quoted" word', "an 'other' one", 'a & b | c > d ^ e', '(x)']],
  [['@file', 'a=b', 'x;y']],
])('a command that is advised can be typed: %j', async (argv) => {
  const line = commandText([nodeExe(), '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...argv], true);
  const { stdout } = await runWindows([CMD, '/d', '/q'], { stdin: `${line}\r\nexit\r\n` });
  const printed = stdout.split(/\r?\n/).find((each) => each.startsWith('[')) ?? stdout;
  expect(JSON.parse(printed)).toEqual(argv);
});

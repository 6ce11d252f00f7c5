import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { emptyHome, run } from '../support/run.js';
import { pemPath } from '../support/stores.js';

function put(folder: string, name: string, content: string): string {
  const at = path.join(folder, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, content);
  return at;
}

test('the memory that scan takes does not grow with the tree', async () => {
  const home = emptyHome();
  const pem = readFileSync(pemPath('isrg-root-x1'), 'utf8');
  const hook = put(
    home,
    'hook.cjs',
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.RSS_FILE, String(process.resourceUsage().maxRSS)));",
  );
  const megabytesFor = async (folder: string) => {
    const env = { NODE_OPTIONS: `--require ${hook}`, RSS_FILE: path.join(home, 'rss') };
    const told = await run(home, ['scan', folder, '--json'], { env });
    expect(JSON.parse(told.stdout)).toMatchObject({ files: [expect.anything()] });
    return Number(readFileSync(env.RSS_FILE, 'utf8')) / 1024;
  };
  put(home, 'small/ca.pem', pem);
  put(home, 'large/ca.pem', pem);
  const text = 'nothing to see\n'.repeat(1000);
  for (let i = 0; i < 10_000; i++) put(home, `large/${i % 100}/${'long-name-'.repeat(20)}${i}`, text);
  const grown = (await megabytesFor('large')) - (await megabytesFor('small'));
  expect(grown).toBeLessThan(40);
}, 60_000);

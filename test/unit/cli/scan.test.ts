import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Args } from '../../../src/cli/command.js';
import { makePaint } from '../../../src/cli/render/paint.js';
import { runScan } from '../../../src/cli/scan.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { pemPath } from '../../support/stores.js';

const PEM = readFileSync(pemPath('isrg-root-x1'), 'utf8');

async function scanned(host: FakeHost, positional: readonly string[] = []) {
  const lines: string[] = [];
  const context = {
    host,
    commands: [],
    interactive: false,
    hint: () => {},
    onProgress: (line: string) => lines.push(line),
  };
  const args: Args = {
    positional,
    text: () => undefined,
    list: () => [],
    flag: () => false,
    amount: () => undefined,
  };
  const before = host.files.snapshot();
  const outcome = await runScan(context, args);
  expect(host.files.snapshot()).toEqual(before);
  const paint = makePaint(false, 80, host.platform === 'win32');
  return { outcome, lines, text: [outcome.text(paint), outcome.closing?.(paint)].join('\n') };
}

describe('scan without a path', () => {
  test('Windows: this folder and the usual places; nothing is written', async () => {
    const host = fakeHost({ platform: 'win32' });
    host.files.put('C:\\Users\\me\\project\\ca.pem', { bytes: PEM });
    host.files.put('C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt', { bytes: PEM });
    const { outcome, text } = await scanned(host);
    expect(outcome.document).toMatchObject({ files: [{ format: 'pem' }, { format: 'pem' }], findings: [] });
    expect(text.toLowerCase()).toContain('project\\ca.pem');
    expect(text).toMatch(/2 files looked at in [\d.]+ s: 2 with certificates, none is stale/);
  });

  test.each(['linux', 'darwin'] as const)('%s', async (platform) => {
    const host = fakeHost({ platform });
    host.files.put(`${host.cwd}/ca.pem`, { bytes: PEM });
    host.files.put('/etc/ssl/cert.pem', { bytes: PEM });
    const { outcome, text } = await scanned(host);
    const paths = ['/etc/ssl/cert.pem', `${host.cwd}/ca.pem`].sort();
    expect(outcome.document).toMatchObject({ files: paths.map((path) => ({ path })) });
    expect(text).toContain(`in ${host.cwd}, /etc/ssl`);
  });
});

test('the path in the progress line cannot move the cursor', async () => {
  const host = fakeHost();
  host.files.put('/p/\u001b[2Jx', { bytes: PEM });
  const { lines } = await scanned(host, ['/p']);
  expect(lines).toEqual(['1 file looked at, now /p/[2Jx']);
});

test('a tree with nothing in it', async () => {
  const host = fakeHost();
  host.files.put('/p', { kind: 'folder' });
  const { text } = await scanned(host, ['/p']);
  expect(text).toMatch(/0 files looked at in [\d.]+ s: 0 with certificates\nin \/p$/);
});

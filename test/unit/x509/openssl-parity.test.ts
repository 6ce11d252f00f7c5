import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeBundle, readBundle } from '../../../src/x509/bundle.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { damagedFile } from '../../support/arbitrary-root-files.js';
import { certificatePem, pemToDer, ROOT_FILES } from '../../support/root-files.js';

const folder = mkdtempSync(join(tmpdir(), 'pg-root-cert-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (argv: readonly string[]): { stdout: string; stderr: string } =>
  spawnSync('openssl', argv, { encoding: 'utf8' });

/** `openssl verify -CAfile` loads its file by X509_load_cert_crl_file, as libpq does. */
function opensslSays(bytes: Uint8Array): string | null {
  const file = join(folder, 'root.crt');
  const leaf = join(folder, 'leaf.crt');
  writeFileSync(file, bytes);
  writeFileSync(leaf, certificatePem('isrg-root-x2'));
  const { stderr } = run(['verify', '-no-CApath', '-no-CAstore', '-CAfile', file, leaf]);
  if (!stderr.includes('Error loading file')) return null;
  return /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):/.exec(stderr)?.[1] ?? stderr;
}

const isOpenSsl3 = /^OpenSSL 3\./.test(run(['version']).stdout ?? '');
const isCharSigned = process.arch === 'x64' || process.platform === 'darwin';

(isOpenSsl3 && isCharSigned ? describe : describe.skip)('the openssl program of this machine', () => {
  test.each(ROOT_FILES)('agrees about $name', ({ text }) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(readBundle(bytes).problem?.reason ?? null).toBe(opensslSays(bytes));
  });

  test('agrees about damaged files', () => {
    fc.assert(
      fc.property(damagedFile, (text) => {
        const bytes = Buffer.from(text, 'latin1');
        expect(readBundle(bytes).problem === null).toBe(opensslSays(bytes) === null);
      }),
      { numRuns: 150 },
    );
  });

  test('loads what a merge makes of damaged files', () => {
    const added = parseCertificate(pemToDer(certificatePem('digicert-global-root-g2')));
    if (added === null) throw new Error('no certificate');
    fc.assert(
      fc.property(damagedFile, (text) => {
        const merged = mergeBundle(Buffer.from(text, 'latin1'), [added]);
        if (!('refused' in merged)) expect(opensslSays(merged.bytes)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../src/x509/bundle.js';
import { makeCertificate } from '../support/make-certs.js';
import { CERTS, codesOf, emptyHome, rootCrt, run } from '../support/run.js';

const pem = (id: string) => readFileSync(path.join(CERTS, `${id}.pem`), 'utf8');
const CA = pem('digicert-global-root-ca');

function homeWith(content: string): string {
  const home = emptyHome();
  mkdirSync(path.dirname(rootCrt(home)), { mode: 0o700 });
  writeFileSync(rootCrt(home), content);
  return home;
}
const count = (home: string) => readBundle(readFileSync(rootCrt(home))).certificates.length;

describe('rotate without a server to ask', () => {
  test.each([
    ['adobe', 2],
    ['azure', 3],
  ])('%s: the new roots are added, the old one stays, and it says what it takes', async (provider, roots) => {
    const home = homeWith(CA);
    const told = await run(home, ['rotate', provider, '--offline']);
    expect(told.status).toBe(1);
    expect(count(home)).toBe(roots);
    expect(told.stdout).toContain(
      'nothing proves that "DigiCert Global Root CA" can go: no target was named',
    );
    expect(told.stdout).toContain(`pg-root-cert rotate ${provider} --target CONNINFO`);
    expect((await run(home, ['rotate', provider, '--offline', '--quiet'])).stderr).toContain(
      'error[rotation-unproved]',
    );
    expect((await run(home, ['undo'])).status).toBe(0);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(CA);
  });

  test('with nothing old there, once and again: exit 0', async () => {
    const home = homeWith(pem('isrg-root-x1'));
    expect(await run(home, ['rotate', 'adobe', '--offline'])).toMatchObject({ status: 0 });
    const again = await run(home, ['rotate', 'adobe', '--offline', '--json']);
    expect(again.json()).toMatchObject({ ok: true, targets: [{ changed: false }], steps: [], proofs: [] });
  });

  test('a public root beside a private one: it says what install says', async () => {
    const home = homeWith(makeCertificate({ subject: 'Our CA', ca: true }).pem);
    const told = await run(home, ['rotate', 'adobe', '--offline', '--json']);
    expect(codesOf(told.json())).toEqual(['public-root-widens-trust']);
  });

  test('a root.crt that libpq cannot read is refused, and stays', async () => {
    const home = homeWith('garbage');
    const told = await run(home, ['rotate', 'adobe', '--offline', '--json']);
    expect({ status: told.status, code: told.json().error?.code }).toEqual({
      status: 4,
      code: 'root-crt-unparsable',
    });
    expect(told.json().targets).toMatchObject([{ changed: false }]);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe('garbage');
  });
});

describe('rotate, called wrongly: exit 2, nothing written', () => {
  test.each([
    [[], 'usage', 'provider'],
    [['adobe', 'azure'], 'usage', 'one provider'],
    [['digicert-global-root-g2'], 'usage', 'is a root, not a provider'],
    [['adobee'], 'unknown-root', 'adobee'],
    [['aiven'], 'provider-own-ca', 'Aiven'],
    [['adobe', '--targets', 'no-such-file'], 'usage', 'no-such-file'],
    [['adobe', '--target', 'sslmode=bogus'], 'settings-refused', 'invalid sslmode value'],
    [['adobe', '--offline', '--mirror', 'https://example.org'], 'usage', '--mirror'],
  ])('%j', async (argv, code, text) => {
    const home = homeWith(CA);
    const told = await run(home, ['rotate', ...argv, '--json']);
    expect({ status: told.status, code: told.json().error?.code }).toEqual({ status: 2, code });
    expect(told.json().error?.message).toContain(text);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(CA);
  });
});

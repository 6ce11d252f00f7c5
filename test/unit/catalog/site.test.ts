import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import type { Catalog } from '../../../src/catalog/types.js';
import { PgRootCertError } from '../../../src/core/errors.js';
import { nodeFiles } from '../../../src/core/node-files.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { knownRoot } from './known-root.js';
import { OTHER_ROOT_PEM, OTHER_ROOT_SHA256, SITE_ROOT_PEM, SITE_ROOT_SHA256 } from './site-roots.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pg-root-cert-site-'));
  file = path.join(folder, 'catalogue.json');
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/^-----.*$/gm, ''), 'base64');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const siteRoot = { id: 'site', name: 'Site', sha256: SITE_ROOT_SHA256, pem: SITE_ROOT_PEM };
const otherRoot = { id: 'other', name: 'Other', sha256: OTHER_ROOT_SHA256, pem: OTHER_ROOT_PEM };

function load(content: unknown): Promise<Catalog> {
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return loadCatalog({ ...nodeHost(), cwd: folder }, 'catalogue.json');
}

const loadRoot = async (changes: object) =>
  (await load({ schemaVersion: 1, roots: [{ ...siteRoot, ...changes }] })).root('site');

const loadProvider = (changes: object) =>
  load({
    schemaVersion: 1,
    roots: [siteRoot],
    providers: [{ id: 'own', name: 'Own', roots: ['site'], ...changes }],
  });

async function refusal(loading: Promise<unknown>): Promise<PgRootCertError> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof PgRootCertError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a good catalogue', () => {
  test('adds its roots and providers', async () => {
    const catalog = await load({
      schemaVersion: 1,
      roots: [siteRoot, { ...otherRoot, status: 'announced', note: 'the next one' }],
      providers: [
        {
          id: 'own',
          name: 'Own',
          roots: ['site', 'isrg-root-x1'],
          formerly: ['other'],
          hosts: ['*.DB.example'],
        },
        { id: 'own/eu', name: 'Own, EU', roots: [], howTo: 'ask', hosts: ['*.eu.db.example'], note: 'new' },
      ],
    });
    expect(catalog.roots).toHaveLength(147);
    const [site, other] = catalog.roots.slice(-2);
    expect(site).toEqual({
      id: 'site',
      name: 'Site',
      sha256: SITE_ROOT_SHA256,
      sha1: createHash('sha1').update(derOf(SITE_ROOT_PEM)).digest('hex'),
      subject: 'CN=Example Site Root,O=Example,C=DE',
      serial: '47FB72B8E680EB2401C29AEFCCB8106FB36BB4F8',
      notBefore: '2026-11-21T09:24:25Z',
      notAfter: '2126-10-28T09:24:25Z',
      keyType: 'EC-P256',
      status: 'current',
      publicCa: false,
      officialUrl: null,
      subjectKeyId: '47aa67efc1572a32354547b32ea5856318346f06',
      note: '',
      origin: 'site',
    });
    expect(other).toMatchObject({
      keyType: 'EC-P521',
      status: 'announced',
      note: 'the next one',
      subjectKeyId: null,
    });
    expect(catalog.resolve('own')).toMatchObject({
      kind: 'provider',
      roots: [{ id: 'site' }, { id: 'isrg-root-x1' }],
    });
    expect(catalog.provider('own/eu')).toMatchObject({ roots: [], formerly: [], howTo: 'ask', note: 'new' });
    expect(catalog.forHost('x.us.db.example')?.id).toBe('own');
    expect(catalog.forHost('x.EU.db.example')?.id).toBe('own/eu');
    expect(catalog.bySha256(SITE_ROOT_SHA256)).toBe(site);
    expect(catalog.nearest('siet')[0]).toBe('site');
    const root = knownRoot(catalog, 'isrg-root-x1');
    expect(catalog.providersOf(root).at(-1)?.id).toBe('own');
    expect(catalog.formerProvidersOf(knownRoot(catalog, 'other'))).toMatchObject([{ id: 'own' }]);
  });

  test.each([
    ['PEM', 'certs/root.pem', Buffer.from(`a comment\r\n${SITE_ROOT_PEM.replaceAll('\n', '\r\n')}`)],
    ['DER', 'certs/root.der', derOf(SITE_ROOT_PEM)],
  ])('takes %s from a file relative to its own folder', async (_, name, bytes) => {
    fs.mkdirSync(path.join(folder, 'certs'));
    fs.writeFileSync(path.join(folder, name), bytes);
    fs.writeFileSync(
      file,
      JSON.stringify({ schemaVersion: 1, roots: [{ ...siteRoot, pem: undefined, file: name }] }),
    );
    const catalog = await loadCatalog({ ...nodeHost(), cwd: os.tmpdir() }, file);
    expect(Buffer.from(catalog.der(knownRoot(catalog, 'site')))).toEqual(derOf(SITE_ROOT_PEM));
  });

  test('may write a SHA-256 as openssl prints it, and have a byte order mark and unknown fields', async () => {
    const colons = SITE_ROOT_SHA256.toUpperCase().replace(/..(?=.)/g, '$&:');
    const content = { schemaVersion: 1, $schema: 'x', roots: [{ ...siteRoot, sha256: colons, colour: 3 }] };
    expect((await load(`\ufeff${JSON.stringify(content)}`)).root('site')?.sha256).toBe(SITE_ROOT_SHA256);
  });

  test('may be empty', async () => {
    expect((await load({ schemaVersion: 1 })).roots).toHaveLength(145);
  });

  test("may list a certificate of the package under an id of its own; the package's id stays", async () => {
    const catalog = await load({ schemaVersion: 1 });
    const root = knownRoot(catalog, 'isrg-root-x1');
    const { sha256: pin } = root;
    const pem = new TextDecoder().decode(nodeHost().asset('certs/isrg-root-x1.pem'));
    const again = await load({ schemaVersion: 1, roots: [{ id: 'mine', name: 'Mine', sha256: pin, pem }] });
    expect(again.root('mine')).toMatchObject({ origin: 'site', publicCa: true });
    expect(again.bySha256(pin)?.id).toBe('isrg-root-x1');
  });

  test("the package's host patterns go before its own", async () => {
    const catalog = await loadProvider({ hosts: ['acme.platform-query.adobe.io', '*'] });
    expect(catalog.forHost('acme.platform-query.adobe.io')?.id).toBe('adobe');
    expect(catalog.forHost('localhost')?.id).toBe('own');
  });

  test('is the example of docs/catalogue.md', async () => {
    const page = fs.readFileSync(path.join(import.meta.dirname, '../../../docs/catalogue.md'), 'utf8');
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    fs.writeFileSync(path.join(folder, 'example-root.pem'), SITE_ROOT_PEM);
    expect((await load(example)).forHost('orders.db.example.org')?.roots).toEqual([
      'example-root',
      'digicert-global-root-g2',
    ]);
  });
});

describe('a root is refused', () => {
  const unknownKey = derOf(SITE_ROOT_PEM);
  unknownKey[unknownKey.indexOf(Buffer.from('2a8648ce3d0201', 'hex')) + 6] = 0x7f;
  const unknownKeyPem = `-----BEGIN CERTIFICATE-----\n${unknownKey.toString('base64')}\n-----END CERTIFICATE-----\n`;

  test.each<[object, number, string]>([
    [{ id: 'isrg-root-x1' }, 5, '$.roots[0].id is "isrg-root-x1", which the package\'s catalogue defines'],
    [{ id: 'adobe' }, 5, '$.roots[0].id is "adobe", which the package\'s catalogue defines'],
    [{ id: '../x' }, 5, '$.roots[0].id is not an id'],
    [{ id: 7 }, 5, '$.roots[0].id is not a string'],
    [{ id: undefined }, 4, '$.roots[0] has no "id"'],
    [{ name: ' ' }, 6, '$.roots[0].name is empty'],
    [{ name: null }, 6, '$.roots[0].name is not a string'],
    [{ sha256: 'abc' }, 7, '$.roots[0].sha256 is not 64 hexadecimal digits'],
    [{ sha256: OTHER_ROOT_SHA256 }, 7, `is not that of the certificate, which is ${SITE_ROOT_SHA256}`],
    [{ pem: undefined }, 4, '$.roots[0] has neither "pem" nor "file"'],
    [{ file: 'x' }, 9, '$.roots[0].file stands beside "pem"'],
    [{ pem: 'hello' }, 8, '$.roots[0].pem holds no certificate'],
    [{ pem: SITE_ROOT_PEM + OTHER_ROOT_PEM }, 8, '$.roots[0].pem holds 2 certificates instead of one'],
    [{ pem: ['x'] }, 8, '$.roots[0].pem is not a string'],
    [{ pem: undefined, file: 'gone.pem' }, 8, 'gone.pem, which is not there'],
    [{ pem: undefined, file: 'big.pem' }, 8, 'big.pem, which is larger than 65536 bytes'],
    [{ pem: undefined, file: 'bad.der' }, 8, '$.roots[0].file holds no certificate'],
    [{ status: 'good' }, 9, '$.roots[0].status is none of current, announced, preview, retired, expired'],
    [{ status: true }, 9, '$.roots[0].status is not a string'],
    [{ note: 1 }, 9, '$.roots[0].note is not a string'],
    [{ pem: unknownKeyPem, sha256: sha256(unknownKey) }, 4, '$.roots[0] has a key of a kind'],
  ])('%j on line %i: %s', async (changes, line, fact) => {
    fs.writeFileSync(path.join(folder, 'big.pem'), Buffer.alloc(64 * 1024 + 1));
    fs.writeFileSync(path.join(folder, 'bad.der'), Buffer.from([0x30, 3, 1, 1, 1]));
    const error = await refusal(loadRoot(changes));
    expect(error).toMatchObject({ code: 'catalog-invalid', exitCode: 2, path: file });
    expect(error.message).toContain(`${file}, line ${line}, column `);
    expect(error.message).toContain(fact);
  });

  test.each([
    ['id', { ...otherRoot, id: 'site' }, '$.roots[1].id is "site", which an earlier entry has'],
    ['certificate', { ...siteRoot, id: 'site-2' }, '$.roots[1].sha256 is that of an earlier entry'],
  ])('if its %s comes twice', async (_, second, fact) => {
    const error = await refusal(load({ schemaVersion: 1, roots: [siteRoot, second] }));
    expect(error.message).toContain(fact);
  });
});

describe('a provider is refused', () => {
  test.each<[object, number, string]>([
    [{ id: 'adobe' }, 13, '$.providers[0].id is "adobe", which the package\'s catalogue defines'],
    [{ id: 'site' }, 13, '$.providers[0].id is "site", which an earlier entry has'],
    [{ id: 'a/b/c' }, 13, '$.providers[0].id is not an id'],
    [{ name: undefined }, 12, '$.providers[0] has no "name"'],
    [{ roots: undefined }, 12, '$.providers[0] has no "roots"'],
    [{ roots: 'site' }, 15, '$.providers[0].roots is not an array'],
    [{ roots: ['site', 'nobody'] }, 17, '$.providers[0].roots[1] names "nobody", which is no root\'s id'],
    [{ formerly: ['adobe'] }, 19, '$.providers[0].formerly[0] names "adobe", which is no root\'s id'],
    [{ hosts: ['*.db', 'https://x'] }, 20, '$.providers[0].hosts[1] is not a host pattern'],
    [{ hosts: [null] }, 19, '$.providers[0].hosts[0] is not a string'],
    [{ howTo: {} }, 18, '$.providers[0].howTo is not a string'],
  ])('%j on line %i: %s', async (changes, line, fact) => {
    const error = await refusal(loadProvider(changes));
    expect(error).toMatchObject({ code: 'catalog-invalid', path: file });
    expect(error.message).toContain(`${file}, line ${line}, column `);
    expect(error.message).toContain(fact);
  });
});

describe('a file is refused', () => {
  test.each([
    ['{\n  "schemaVersion": 1,\n  "roots": [}\n', 'line 3, column 13: not valid JSON: value expected'],
    ['', 'line 1, column 1: not valid JSON: value expected'],
    ['[]', 'line 1, column 1: $ is not an object'],
    ['{}', 'line 1, column 1: $ has no "schemaVersion"'],
    ['{\n"schemaVersion": 2}', 'line 2, column 18: $.schemaVersion is not 1, the only version there is'],
    ['{"schemaVersion": "1"}', 'line 1, column 19: $.schemaVersion is not 1'],
    ['{"schemaVersion": 1,\n"roots": {}}', 'line 2, column 10: $.roots is not an array'],
    ['{"schemaVersion": 1,\n"roots": [[]]}', 'line 2, column 11: $.roots[0] is not an object'],
    [
      '{"schemaVersion": 1,\n"roots": [],\n"roots": []}',
      'line 3, column 1: not valid JSON: "roots" is given twice',
    ],
  ])('%j: %s', async (text, fact) => {
    const error = await refusal(load(text));
    expect(error).toMatchObject({ code: 'catalog-invalid', exitCode: 2, path: file });
    expect(error.message).toContain(`${file}, ${fact}`);
    expect(error.help).not.toEqual([]);
  });

  test('of another encoding', async () => {
    fs.writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
    const error = await refusal(loadCatalog(nodeHost(), file));
    expect(error).toMatchObject({ code: 'catalog-invalid', message: `${file} is not UTF-8 text` });
  });

  test('of more than 1 MiB', async () => {
    fs.writeFileSync(file, Buffer.alloc(1024 * 1024 + 1, ' '));
    const error = await refusal(loadCatalog(nodeHost(), file));
    expect(error).toMatchObject({ code: 'catalog-invalid', message: `${file} is larger than 1048576 bytes` });
  });

  test('that is not there', async () => {
    const error = await refusal(loadCatalog(nodeHost(), file));
    expect(error).toMatchObject({ code: 'catalog-invalid', message: `${file} is not there`, exitCode: 2 });
  });

  test('that is a folder, or may not be read, by the code of that cause', async () => {
    expect((await refusal(loadCatalog(nodeHost(), folder))).code).toBe('wrong-file-kind');
    fs.writeFileSync(file, '{}');
    const read = (): never => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const host = { ...nodeHost(), files: { ...nodeFiles, read } };
    expect(await refusal(loadCatalog(host, file))).toMatchObject({ code: 'permission-denied', exitCode: 5 });
  });
});

test('the JSON schema knows the same statuses and requires the same fields', async () => {
  const schema = JSON.parse(
    fs.readFileSync(path.join(import.meta.dirname, '../../../docs/site-catalogue.schema.json'), 'utf8'),
  );
  const { root, provider } = schema.$defs;
  for (const status of root.properties.status.enum) expect((await loadRoot({ status }))?.status).toBe(status);
  for (const name of root.required) {
    expect((await refusal(loadRoot({ [name]: undefined }))).message).toContain(`has no "${name}"`);
  }
  for (const name of provider.required) {
    expect((await refusal(loadProvider({ [name]: undefined }))).message).toContain(`has no "${name}"`);
  }
});

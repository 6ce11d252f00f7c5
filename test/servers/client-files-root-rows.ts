import {
  type Content,
  ca,
  closed,
  crl,
  crlName,
  type Files,
  foreign,
  foreignCrl,
  garbled,
  type Row,
  rootName,
  since14,
  spoilt,
  unprivileged,
} from './client-files-material.js';

const root = (content: Content): Files => ({ 'r.crt': content });
const byRoot = 'sslrootcert=~/r.crt sslmode=verify-full';
const bySystem = 'sslrootcert=system sslmode=verify-full';
const fromFile = { env: { SSL_CERT_FILE: '~/r.crt' } };
const fromFolder = { env: { SSL_CERT_DIR: '~/d' } };

const withCrl = (content: Content): Files => ({ 'r.crt': ca.pem, 'r.crl': content });
const byCrl = `${byRoot} sslcrl=~/r.crl`;
const byFolder = `${byRoot} sslcrldir=~/crls`;
const hashed = (n: number): Files => ({ 'r.crt': ca.pem, [`crls/${crlName}${n}`]: crl });
const defaultCrl: Files = { 'r.crt': ca.pem, '.postgresql/root.crl': foreignCrl };

export const ROOT_ROWS: readonly Row[] = [
  ['no files, require', {}, 'sslmode=require'],
  ['no files, verify-ca', {}, 'sslmode=verify-ca'],
  ['no files, verify-full', {}, 'sslmode=verify-full'],
  ['default root.crt', { '.postgresql/root.crt': ca.pem }, 'sslmode=verify-full'],
  ['a given root', root(ca.pem), byRoot],
  ['a relative root that is not there', {}, 'sslrootcert=./none.crt sslmode=verify-ca'],
  ['a relative root', root(ca.pem), 'sslrootcert=./r.crt sslmode=verify-full'],
  ['an empty sslrootcert', {}, "sslrootcert='' sslmode=verify-ca"],
  ['a foreign root, require', root(foreign.pem), 'sslrootcert=~/r.crt sslmode=require'],
  ['an empty root, require', root(''), 'sslrootcert=~/r.crt sslmode=require'],
  ['a root in DER', root(ca.der), byRoot],
  ['a folder as root', root({ folder: true }), byRoot],
  ['/dev/null as root', {}, 'sslrootcert=/dev/null sslmode=require'],
  ['a spoilt root', root(ca.pem + spoilt(ca.pem)), byRoot],
  ['a root of mode 000', root({ bytes: ca.pem, mode: 0 }), byRoot, garbled],
  ['a root in a closed folder', { x: closed }, 'sslrootcert=~/x/r.crt sslmode=verify-ca', unprivileged],
  ['a root whose link goes in circles', root({ link: 'r.crt' }), byRoot],
  ['root and certificate are both bad', { 'r.crt': '', 'c.crt': '' }, `${byRoot} sslcert=~/c.crt`],
];

export const SYSTEM_ROWS: readonly Row[] = [
  ['SSL_CERT_FILE has the root', root(ca.pem), bySystem, fromFile],
  ['SSL_CERT_FILE has another', root(foreign.pem), bySystem, fromFile],
  ['SSL_CERT_FILE is spoilt', root(ca.pem + spoilt(ca.pem)), bySystem, fromFile],
  ['SSL_CERT_DIR has the root', { [`d/${rootName}.0`]: ca.pem }, bySystem, fromFolder],
  ['SSL_CERT_DIR has it by another name', { 'd/ca.pem': ca.pem }, bySystem, fromFolder],
];

export const CRL_ROWS: readonly Row[] = [
  ["the CA's CRL", withCrl(crl), byCrl],
  ['a foreign CRL', withCrl(foreignCrl), byCrl],
  ['no CRL at that name', root(ca.pem), byCrl],
  ['a CRL in DER', withCrl(Buffer.from(foreignCrl.replace(/-----.*/g, ''), 'base64')), byCrl],
  ['a certificate as CRL', withCrl(foreign.pem), byCrl],
  ['/dev/null as CRL', root(ca.pem), `${byRoot} sslcrl=/dev/null`],
  ['a CRL and a spoilt one', withCrl(foreignCrl + spoilt(foreignCrl)), byCrl],
  ['an unreadable CRL', withCrl({ bytes: foreignCrl, mode: 0 }), byCrl, unprivileged],
  ['the root among the CRLs', { 'r.crt': foreign.pem, 'r.crl': ca.pem + crl }, byCrl],
  ['a foreign CRL by default', defaultCrl, byRoot],
  ['a foreign CRL by default, none at sslcrl', defaultCrl, byCrl],
  ['a folder of CRLs', hashed(0), byFolder, since14],
  ['a folder of CRLs that begins at 1', hashed(1), byFolder, since14],
  ['a folder of CRLs by other names', { 'r.crt': ca.pem, 'crls/ca.crl': crl }, byFolder, since14],
  ['an empty folder of CRLs', { 'r.crt': ca.pem, crls: { folder: true } }, byFolder, since14],
  ['no folder of CRLs at that name', root(ca.pem), byFolder, since14],
  ['two folders of CRLs', hashed(0), `${byRoot} sslcrldir=/nowhere:~/crls`, since14],
  ['a folder that is not there, no CRL at sslcrl', root(ca.pem), `${byFolder} sslcrl=~/none`, since14],
  [
    'a folder beside a foreign CRL',
    { ...withCrl(foreignCrl), ...hashed(0) },
    `${byFolder} sslcrl=~/r.crl`,
    since14,
  ],
];

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { makeCertificate, makeKey, type TestCertificate, toPem } from '../support/make-certs.js';
import {
  ca,
  closed,
  type Entry,
  type Files,
  garbled,
  JUNK,
  own,
  type Rest,
  type Row,
  since13,
  spoilt,
  unended,
  unprivileged,
} from './client-files-material.js';

const ec = own();
const otherEc = own();
const rsa = own({ key: 'rsa-2048' });
const otherRsa = own({ key: 'rsa-2048' });
const weak = own({ key: 'rsa-1024' });
const sha1 = own({ digest: 'sha1' });
const sha1Self = makeCertificate({ subject: 'postgres', digest: 'sha1' });
const trusted = ec.pem.replace(/(BEGIN|END) /g, '$1 TRUSTED ');

const pkcs8 = (certificate: TestCertificate): Uint8Array =>
  certificate.privateKey.export({ type: 'pkcs8', format: 'der' });
const sec1 = ec.privateKey.export({ type: 'sec1', format: 'pem' });
const sec1Der = ec.privateKey.export({ type: 'sec1', format: 'der' });
const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'der' });
const p384 = toPem(makeKey('ec-p384').export({ type: 'pkcs8', format: 'der' }), 'PRIVATE KEY');
const x25519 = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const junkKey = toPem(JUNK, 'PRIVATE KEY');
const opensshKey = toPem(JUNK, 'OPENSSH PRIVATE KEY');
const publicKey = toPem(JUNK, 'PUBLIC KEY');

const cipher = { cipher: 'aes-256-cbc', passphrase: 'right' };
const encrypted = ec.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
const encryptedSec1 = ec.privateKey.export({ type: 'sec1', format: 'pem', ...cipher }).toString();
const encryptedDer = ec.privateKey.export({ type: 'pkcs8', format: 'der', ...cipher });

/** A password that fails by its padding: one in 256 does not, and the reason is then another. */
function wrongPassword(key: string): string {
  for (let n = 0; ; n++) {
    try {
      createPrivateKey({ key, passphrase: `wrong${n}` });
    } catch (error) {
      if (isNativeError(error) && error.message.endsWith('bad decrypt')) return `wrong${n}`;
    }
  }
}

const byPair = 'sslcert=~/c.crt sslkey=~/c.key';
const right = `${byPair} sslpassword=right`;
const cert = (content: string | Uint8Array): Files => ({ 'c.crt': content, 'c.key': ec.privateKeyPem });
const key = (bytes: string | Uint8Array, rest: Entry = {}): Files => ({
  'c.crt': ec.pem,
  'c.key': { bytes, ...rest },
});
const rsaKey = (bytes: string | Uint8Array): Files => ({ 'c.crt': rsa.pem, 'c.key': bytes });
const pair = ({ pem, privateKeyPem }: TestCertificate): Files => ({ 'c.crt': pem, 'c.key': privateKeyPem });
const mode = (bits: number, ofRoot = false): Files => key(ec.privateKeyPem, { mode: bits, ofRoot });

const defaultPair: Files = {
  '.postgresql/postgresql.crt': ec.pem,
  '.postgresql/postgresql.key': ec.privateKeyPem,
};

/** What OpenSSL 1.1.1 says instead. */
const old = (openssl111: string | null): Rest => ({ openssl111 });
const noStart = old('no start line');
const rootOnly: Rest = { needs: 'root' };
const asks: Rest = { asks: true };

export const CERTIFICATE_ROWS: readonly Row[] = [
  ['the default pair', defaultPair, 'sslmode=require'],
  ['the default certificate, no default key', { '.postgresql/postgresql.crt': ec.pem }, 'sslmode=require'],
  ['a closed ~/.postgresql', { '.postgresql': closed }, 'sslmode=require', unprivileged],
  ['a closed ~/.postgresql, verify-full', { '.postgresql': closed }, 'sslmode=verify-full', unprivileged],
  ['sslcertmode=disable', cert('junk'), `${byPair} sslcertmode=disable`, { since: 16 }],
  ['sslcertmode=allow', cert('junk'), `${byPair} sslcertmode=allow`, { since: 16 }],
  ['none', {}, byPair],
  ['a file on the way', { x: '' }, 'sslcert=~/x/c.crt'],
  ['links in circles', { 'c.crt': { link: 'c.crt' } }, byPair],
  ['mode 000', { 'c.crt': { bytes: ec.pem, mode: 0 } }, byPair, garbled],
  ['empty', cert(''), byPair],
  ['DER', cert(ec.der), byPair],
  ['a folder', { 'c.crt': { folder: true } }, byPair],
  ['/dev/null', {}, 'sslcert=/dev/null'],
  ['spoilt', cert(spoilt(ec.pem)), byPair],
  ['no END line', cert(unended(ec.pem)), byPair, old('short header')],
  ['junk', cert(toPem(JUNK)), byPair],
  ['the second is spoilt', cert(ec.pem + spoilt(ca.pem)), byPair],
  ['the second is junk', cert(ec.pem + toPem(JUNK)), byPair],
  ['the second is weak', cert(ec.pem + weak.pem), byPair, old(null)],
  ['the second is signed with SHA-1', cert(ec.pem + sha1.pem), byPair, old(null)],
  ['the second signs itself with SHA-1', cert(ec.pem + sha1Self.pem), byPair],
  ['TRUSTED CERTIFICATE', cert(trusted), byPair],
  ['the key before it', cert(ec.privateKeyPem + ec.pem), byPair],
  ['both in one file', { 'c.crt': ec.pem + ec.privateKeyPem }, 'sslcert=~/c.crt sslkey=~/c.crt'],
  ['RSA-1024', pair(weak), byPair, old(null)],
  ['signed with SHA-1', pair(sha1), byPair, old(null)],
  ['self-signed with SHA-1', pair(sha1Self), byPair],
  ['Ed25519', pair(own({ key: 'ed25519' })), byPair],
  ['RSA', pair(rsa), byPair],
  ['relative names', pair(ec), 'sslcert=./c.crt sslkey=./c.key'],
];

export const KEY_ROWS: readonly Row[] = [
  ['none', { 'c.crt': ec.pem }, byPair],
  ['a file on the way', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=~/c.crt/c.key'],
  ['links in circles', key('', { link: 'c.key' }), byPair],
  ['a link to nowhere', key('', { link: 'nowhere' }), byPair],
  ['a closed folder', { 'c.crt': ec.pem, x: closed }, 'sslcert=~/c.crt sslkey=~/x/c.key', unprivileged],
  ['a folder', key('', { folder: true }), byPair],
  ['/dev/null', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=/dev/null'],
  ['0640', mode(0o640), byPair, unprivileged],
  ['0604', mode(0o604), byPair],
  ['0700', mode(0o700), byPair],
  ['0400', mode(0o400), byPair],
  ['0000', mode(0), byPair, garbled],
  ["root's 0640", mode(0o640, true), byPair, rootOnly],
  ["root's 0644", mode(0o644, true), byPair, rootOnly],
  ["root's 0660", mode(0o660, true), byPair, rootOnly],
  ["another's", key(otherEc.privateKeyPem), byPair],
  ["another's, RSA", rsaKey(otherRsa.privateKeyPem), byPair],
  ['another curve', key(p384), byPair],
  ['RSA for EC', key(rsa.privateKeyPem), byPair],
  ['EC for RSA', rsaKey(ec.privateKeyPem), byPair],
  ['X25519', key(x25519), byPair],
  ['SEC1', key(sec1), byPair],
  ['behind a public key', key(publicKey + ec.privateKeyPem), byPair],
  ['PKCS#8 in DER', key(pkcs8(ec)), byPair, since13],
  ['SEC1 in DER', key(sec1Der), byPair, since13],
  ['PKCS#1 in DER', rsaKey(pkcs1), byPair, since13],
  ['DER whatever the major', key(pkcs8(ec)), byPair, noStart],
  ['DER with bytes behind it', key(Buffer.concat([pkcs8(ec), JUNK])), byPair, since13],
  ["another's in DER", key(pkcs8(otherEc)), byPair, noStart],
  ['RSA for EC in DER', key(pkcs8(rsa)), byPair, { since: 13, openssl111: 'no certificate assigned' }],
  ['encrypted DER', key(encryptedDer), right, { since: 13, openssl111: 'no start line' }],
  ['empty', key(''), byPair, noStart],
  ['a certificate', key(ec.pem), byPair, noStart],
  ['spoilt', key(spoilt(ec.privateKeyPem)), byPair, old('bad base64 decode')],
  ['no END line', key(unended(ec.privateKeyPem)), byPair, old('short header')],
  ['junk', key(junkKey), byPair, old('too long')],
  ['junk before a good one', key(junkKey + ec.privateKeyPem), byPair, { onlyOpenssl3: true }],
  ["OpenSSH's kind", key(opensshKey), byPair, noStart],
  ['encrypted', key(encrypted), right, since13],
  ['wrong password', key(encrypted), `${byPair} sslpassword=${wrongPassword(encrypted)}`, since13],
  ['no password', key(encrypted), byPair, asks],
  ['empty password', key(encrypted), `${byPair} sslpassword=''`, { since: 13, asks: true }],
  ['encrypted SEC1', key(encryptedSec1), right, since13],
  ['wrong, SEC1', key(encryptedSec1), `${byPair} sslpassword=${wrongPassword(encryptedSec1)}`, since13],
  ['no password, SEC1', key(encryptedSec1), byPair, asks],
  ['a password that is not needed', pair(ec), right, since13],
  ['a colon in its name', { 'c.crt': ec.pem, 'a:b': ec.privateKeyPem }, 'sslcert=~/c.crt sslkey=~/a:b'],
  ['an engine without a name', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=:b'],
];

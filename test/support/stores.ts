import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { parseCertificate } from '../../src/x509/certificate.js';
import type { Certificate } from '../../src/x509/types.js';
import { CERTS, hasProgram } from './run.js';

export const hasKeytool = hasProgram('keytool');
export const hasOpenssl = hasProgram('openssl');
export const PASSWORD = 'changeit';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone when the test file ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pgrc-store-'));
  folders.push(folder);
  return folder;
}

export const pemPath = (id: string): string => path.join(CERTS, `${id}.pem`);

/** A root of the catalogue. */
export function catalogRoot(id: string): Certificate {
  const base64 = readFileSync(pemPath(id), 'utf8').replace(/-----[^-]+-----|\s/g, '');
  const certificate = parseCertificate(new Uint8Array(Buffer.from(base64, 'base64')));
  if (certificate === null) throw new Error(`${id} is no certificate`);
  return certificate;
}

const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' };

/** Throws what the program said where it fails: keytool says it on stdout. */
function output(file: string, argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, argv, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${file} ${argv[0]}: ${stdout}${stderr}`);
  return stdout;
}

/** keytool in English and UTF-8; `java` are options of the virtual machine. */
export const keytool = (argv: readonly string[], java: readonly string[] = []): string =>
  output('keytool', [...argv, '-J-Duser.language=en', ...java.map((each) => `-J${each}`)]);

export const openssl = (argv: readonly string[]): string => output('openssl', argv);

/** What OpenSSL says of the parts of a PKCS#12 store: their algorithms. */
export function opensslInfo(file: string): string {
  const argv = ['pkcs12', '-in', file, '-passin', `pass:${PASSWORD}`, '-legacy', '-nodes', '-info'];
  return spawnSync('openssl', argv, { encoding: 'utf8', env }).stderr;
}

interface Made {
  readonly type: 'PKCS12' | 'JKS' | 'JCEKS';
  readonly roots: readonly string[];
  readonly password?: string;
  readonly java?: readonly string[];
  /** With a private key under the alias `client`. */
  readonly key?: boolean;
}

/** A store as keytool makes it; an entry's alias is the root's id. Returns its path. */
export function keytoolStore({ type, roots, password = PASSWORD, java = [], key = false }: Made): string {
  const file = path.join(emptyFolder(), 'store');
  const common = ['-storetype', type, '-keystore', file, '-storepass', password];
  if (key) {
    const how = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=client', '-keypass', password];
    keytool(['-genkeypair', '-alias', 'client', ...how, ...common], java);
  }
  for (const id of roots) {
    keytool(['-importcert', '-noprompt', '-alias', id, '-file', pemPath(id), ...common], java);
  }
  return file;
}

export const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file));

/** Writes bytes to a file of its own and returns its path. */
export function fileOf(bytes: Uint8Array): string {
  const file = path.join(emptyFolder(), 'store');
  writeFileSync(file, bytes);
  return file;
}

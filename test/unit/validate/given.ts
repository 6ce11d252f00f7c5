import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { PgRootCertError } from '../../../src/core/errors.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { type Source, validateSource } from '../../../src/validate/validate-source.js';
import { type CertificateOptions, makeCertificate } from '../../support/make-certs.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const VALID = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
export const catalog = await loadCatalog(nodeHost());

export const made = (options: CertificateOptions) => makeCertificate({ ...VALID, ...options });
export const alpha = made({ subject: 'Alpha Root' });
export const beta = made({ subject: 'Beta Root' });
export const intermediate = made({ subject: 'Alpha Issuing CA', issuer: alpha, ca: true });
export const leaf = made({ subject: 'db.example.org', issuer: alpha, ca: false });

export const catalogued = (id: string): string =>
  readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'certs', `${id}.pem`), 'latin1');
export const pinOf = (id: string): string => catalog.root(id)?.sha256 ?? '';

export interface Given extends Partial<Omit<Source, 'bytes' | 'pins'>> {
  readonly pins?: readonly string[];
}

export const validate = (content: string | Uint8Array, { pins = [], ...rest }: Given = {}) =>
  validateSource({
    bytes: typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
    label: 'company.pem',
    pins: new Set(pins),
    catalog,
    vouched: false,
    now: NOW,
    ...rest,
  });

export async function refusal(content: string | Uint8Array, given: Given = {}): Promise<PgRootCertError> {
  const error: unknown = await validate(content, given).catch((reason: unknown) => reason);
  if (!(error instanceof PgRootCertError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.exitCode).toBe(4);
  return error;
}

export const names = async (
  content: string | Uint8Array,
  given: Given = {},
): Promise<(string | undefined)[]> => {
  const { accepted } = await validate(content, given);
  return accepted.map(({ certificate, root }) => root?.id ?? certificate.name);
};

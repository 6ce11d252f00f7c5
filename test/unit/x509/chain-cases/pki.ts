import type { TestCertificate } from '../../../support/make-certs.js';
import {
  type ChainCertificateOptions,
  type CrlOptions,
  makeChainCertificate,
  makeCrl,
} from '../../../support/make-chains.js';

export const NOW = new Date('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
export const day = (days: number): Date => new Date(NOW.getTime() + days * DAY);

/** What a chain is judged by, and OpenSSL's number for its first fault: 0 where it is trusted. */
export interface ChainCase {
  readonly leaf: TestCertificate;
  readonly sent?: readonly TestCertificate[];
  readonly anchors: readonly TestCertificate[];
  readonly crls?: readonly Uint8Array[];
  readonly level?: number;
  readonly now?: Date;
}

/** Name, expected number, the case. */
export type ChainRow = readonly [string, number, ChainCase];

type Options = Omit<ChainCertificateOptions, 'subject'> & {
  readonly subject?: ChainCertificateOptions['subject'];
};

export const make = (subject: ChainCertificateOptions['subject'], options: Options = {}): TestCertificate =>
  makeChainCertificate({ notBefore: day(-10), notAfter: day(365), subject, ...options });

/** A root; an intermediate; a certificate of a server. */
export const ca = (subject: string, options: Options = {}): TestCertificate =>
  make(subject, { ca: true, ...options });
export const server = (issuer: TestCertificate, options: Options = {}): TestCertificate =>
  make('db.example.org', { issuer, ca: false, san: ['DNS:db.example.org'], ...options });

export const crl = (issuer: TestCertificate, options: Partial<CrlOptions> = {}): Uint8Array =>
  makeCrl({ issuer, thisUpdate: day(-1), nextUpdate: day(30), ...options });

export const root = ca('Test Root');
export const other = ca('Other Root');
export const inter = ca('Test Intermediate', { issuer: root });
export const leaf = server(inter);
export const direct = server(root);

import type { DefaultFiles, Values } from '../../../src/snippet/types.js';

const ROOT = '/home/me/.postgresql/root.crt';
export const FILES: DefaultFiles = { libpq: ROOT, passwd: ROOT, dotted: ROOT };

export const values = (change: Partial<Values> = {}): Values => ({
  host: 'db.example.org',
  port: 5432,
  database: 'app',
  user: 'me',
  rootFile: ROOT,
  storeFile: '/home/me/.postgresql/root.p12',
  storeCommand: 'pg-root-cert export',
  noGss: false,
  name: 'app',
  platform: 'linux',
  ...change,
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { available } from '../support/parts.js';
import { run } from '../support/run.js';
import type { TestCa } from '../support/test-ca.js';
import { type Call, CLIENTS, type Client, type Target } from './clients.js';
import { canMovePasswdHome } from './run-client.js';

export interface PresentClient extends Client {
  readonly call: (target: Target, query: string) => Call;
}

const serves = available().servers.includes('18');
export const movesHome = canMovePasswdHome();
const found = CLIENTS.map((client) => ({ ...client, call: client.find() }));

function lackOf({ reads, call }: (typeof found)[number]): string | null {
  if (!serves) return 'PostgreSQL 18';
  if (call === null) return 'this client';
  return reads === 'passwd home' && !movesHome ? 'the right to unshare a mount namespace' : null;
}

/** The clients that can be tested here. */
export const here: readonly PresentClient[] = found.flatMap((client) => {
  const { call } = client;
  return call === null || lackOf(client) !== null ? [] : [{ ...client, call }];
});

/** The title of each of the others, with what it would need. */
export const skipped: readonly string[] = found.flatMap((client) => {
  const lack = lackOf(client);
  return lack === null ? [] : [`${client.title} (needs ${lack})`];
});

/** `pg-root-cert install` of this CA's root, by its SHA-256. */
export async function install(home: string, { root }: TestCa): Promise<void> {
  writeFileSync(path.join(home, 'ca.pem'), root.pem);
  const { status, stderr } = await run(home, ['install', 'ca.pem', '--sha256', root.sha256]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
}

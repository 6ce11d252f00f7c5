import { isSecretOption, knowsOption } from './options.js';

/** The parameters that a conninfo gives, as bytes, while it is read. */
export interface ConninfoStore {
  readonly major: number;
  readonly values: Map<string, string>;
  /** Parameters whose value must not be shown. */
  readonly secret: Set<string>;
}

export function newStore(major: number): ConninfoStore {
  return { major, values: new Map(), secret: new Set() };
}

/**
 * Keeps a value, the last one given. `requiressl` becomes sslmode. False where this libpq has no such parameter.
 * Source: `conninfo_storeval` in fe-connect.c.
 */
export function storeValue(store: ConninfoStore, name: string, value: string, secret = false): boolean {
  if (name === 'requiressl') {
    store.values.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    return true;
  }
  if (!knowsOption(name, store.major)) return false;
  store.values.set(name, value);
  if (secret || isSecretOption(name)) store.secret.add(name);
  return true;
}

import { CLIENT_IDS } from '../ids.js';
import type { Client } from '../types.js';
import { COMPILED_CLIENTS } from './compiled.js';
import { DOTNET_CLIENTS } from './dotnet.js';
import { JAVA_CLIENTS } from './java.js';
import { LIBPQ_CLIENTS } from './libpq.js';
import { NODE_CLIENTS } from './node.js';
import { PYTHON_CLIENTS } from './python.js';
import { SCRIPTING_CLIENTS } from './scripting.js';

const BY_ID: ReadonlyMap<string, Client> = new Map(
  [
    ...LIBPQ_CLIENTS,
    ...JAVA_CLIENTS,
    ...DOTNET_CLIENTS,
    ...PYTHON_CLIENTS,
    ...NODE_CLIENTS,
    ...COMPILED_CLIENTS,
    ...SCRIPTING_CLIENTS,
  ].map((client) => [client.id, client]),
);

export const clientNamed = (id: string): Client | null => BY_ID.get(id) ?? null;

/** All clients, in the order of their ids. */
export const CLIENTS: readonly Client[] = CLIENT_IDS.flatMap((id) => BY_ID.get(id) ?? []);

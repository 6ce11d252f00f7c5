import { isIP } from 'node:net';
import { errnoOf } from '../core/file-errors.js';
import type { Host } from '../core/host.js';

export interface Lookup {
  /** In getaddrinfo's order. */
  readonly addresses: readonly string[];
  /** null: found. `ENOTFOUND`, `ENODATA` (EAI_NONAME, EAI_NODATA), `EAI_AGAIN` …, or `ETIMEDOUT` for our own limit. */
  readonly errno: string | null;
}

/** libuv's number for EAI_NODATA, which Node gives the same name as EAI_NONAME. */
const UV_EAI_NODATA = -3007;

/** The addresses that a host name leads to, as libpq would try them: `pg_getaddrinfo_all` without flags. */
export async function lookup(host: Host, name: string, withinMs: number): Promise<Lookup> {
  if (isIP(name) !== 0) return { addresses: [name], errno: null };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Lookup>((resolve) => {
    timer = setTimeout(() => resolve({ addresses: [], errno: 'ETIMEDOUT' }), withinMs);
  });
  try {
    const found = host.network.lookup(name).then((addresses): Lookup => ({ addresses, errno: null }), missed);
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}

function missed(error: unknown): Lookup {
  const errno = errnoOf(error);
  if (errno === null) throw error;
  const isNoData = error instanceof Object && 'errno' in error && error.errno === UV_EAI_NODATA;
  return { addresses: [], errno: isNoData ? 'ENODATA' : errno };
}

export interface NamedTarget {
  readonly host: string | null;
  readonly port: string | null;
}

const NOBODY: NamedTarget = { host: null, port: null };
const HOST = /^[a-z0-9_][a-z0-9_.-]{0,252}$/i;
const PORT = /^[0-9]{1,5}$/;

/** The first words of a URI; a password may hold blanks only as %20, so the URI ends at the first blank or quote. */
const URI = /\bpostgres(?:ql)?:\/\/([^\s"'`<>]{1,2048})/gi;
const FROM_LIBPQ = /\bserver at "([^"\s]{1,253})"(?: \([^)\s]{1,60}\))?, port ([0-9]{1,5})/i;
const ON_HOST = /\brunning on host "([^"\s]{1,253})"/i;
const SETTING = /\b(?:PG)?(?:host|server) ?= ?'?([a-z0-9_.-]{1,253})/i;
const PORT_SETTING = /\b(?:PG)?port ?= ?'?([0-9]{1,5})\b/i;

/**
 * Host and port of the authority. Whatever stands before the last `@` is user and password; where an `@` comes
 * after the authority's end, a password may have reached over it, and nothing is taken.
 */
function fromAuthority(rest: string): NamedTarget {
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  if (rest.lastIndexOf('@') > authority.length) return NOBODY;
  const [host, port, ...more] = authority.slice(authority.lastIndexOf('@') + 1).split(':');
  if (host === undefined || !HOST.test(host) || more.length > 0) return NOBODY;
  if (port !== undefined && !PORT.test(port)) return NOBODY;
  return { host, port: port ?? null };
}

/**
 * The server that a client's report names: in libpq's "connection to server at", a URI (JDBC's too), or settings
 * such as `host=` and `Server=`. Nothing of a user name or a password is ever taken.
 */
export function namedTarget(text: string): NamedTarget {
  const told = FROM_LIBPQ.exec(text) ?? ON_HOST.exec(text);
  if (told?.[1] !== undefined && HOST.test(told[1])) return { host: told[1], port: told[2] ?? null };
  for (const [, rest] of text.matchAll(URI)) {
    const found = fromAuthority(rest ?? '');
    if (found.host !== null) return found;
  }
  const host = SETTING.exec(text)?.[1];
  if (host === undefined || !HOST.test(host)) return NOBODY;
  return { host, port: PORT_SETTING.exec(text)?.[1] ?? null };
}

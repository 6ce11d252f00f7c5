import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { redactUrl } from '../core/redact.js';
import { Refused } from './failure.js';

/** An empty text stands for none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY; the lower-case form of each wins. A proxy without a scheme is an http one,
 * as for curl; without HTTPS_PROXY, https addresses go through HTTP_PROXY, as for npm.
 * @throws {Refused} for a proxy that is no http or https address.
 */
export function readProxies(env: Host['env']): Proxies {
  const httpProxy = readProxy(env, 'HTTP_PROXY');
  return {
    httpProxy,
    httpsProxy: readProxy(env, 'HTTPS_PROXY') || httpProxy,
    noProxy: variable(env, 'NO_PROXY'),
  };
}

const variable = (env: Host['env'], name: string): string =>
  (env[name.toLowerCase()] ?? env[name] ?? '').trim();

function readProxy(env: Host['env'], name: string): string {
  const text = variable(env, name);
  if (text === '') return '';
  const address = text.includes('://') ? text : `http://${text}`;
  const help = [`set ${name}=http://HOST:PORT`];
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !canDecode(url.username) || !canDecode(url.password)) {
    throw new Refused(`${name} is not the address of a proxy: ${redactUrl(text)}`, help);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Refused(
      `${name} names a ${printable(url.protocol, 20)} proxy, not an http: or https: one`,
      help,
    );
  }
  return url.href;
}

export function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

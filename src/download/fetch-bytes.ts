import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { redactUrl } from '../core/redact.js';
import { startDeadline } from './deadline.js';
import { type DownloadFailure, describeFailure, Refused, seconds } from './failure.js';
import { canDecode, type Proxies, readProxies } from './proxies.js';

/** The largest body that is taken, in bytes: AWS's global bundle, the largest known, has 162 KiB. */
export const SIZE_LIMIT = 512 * 1024;
const REDIRECT_LIMIT = 5;
const STEP_LIMIT_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface DownloadOptions {
  readonly env: Host['env'];
  /** How long all of it may take, in milliseconds; connecting, the answer and each pause take 10 s at most. */
  readonly timeoutMs: number;
}

export type Answer = { readonly bytes: Uint8Array } | { readonly failure: DownloadFailure };

/** Downloads that share connections and one deadline. */
export interface Downloads {
  get(url: string): Promise<Answer>;
  /** Ends every connection, so that the process can end. */
  close(): Promise<void>;
}

interface Session {
  readonly request: typeof import('./http.js').request;
  readonly dispatcher: Dispatcher;
  readonly stepMs: number;
}

/**
 * Starts the deadline. It is no AbortSignal of the requests: undici heeds that only once a request has got its
 * connection, so not while a proxy or a handshake keeps it waiting.
 */
export function openDownloads({ env, timeoutMs }: DownloadOptions): Downloads {
  const wholeMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
  const stepMs = Math.min(wholeMs, STEP_LIMIT_MS);
  const late = new Refused(`timed out after ${seconds(wholeMs)}`, ['allow more: --timeout SECONDS']);
  const deadline = startDeadline(wholeMs, late);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let session: Promise<Session> | null = null;

  async function get(url: string): Promise<Answer> {
    let at = url;
    let proxies: Proxies | null = null;
    try {
      proxies = readProxies(env);
      session ??= openSession(proxies, closing.signal, stepMs);
      const opened = await session;
      const moved = (to: URL): void => {
        at = to.href;
      };
      return { bytes: await deadline.limit(() => follow(parseUrl(url), opened, moved)) };
    } catch (error) {
      const proxy = at.startsWith('http:') ? proxies?.httpProxy : proxies?.httpsProxy;
      const failure = describeFailure(error, {
        proxy: proxy ? redactUrl(new URL(proxy).origin) : null,
        stepMs,
      });
      if (failure === null) throw error;
      const after = at === url ? '' : ` (redirected to ${redactUrl(at)})`;
      return { failure: { fact: `${failure.fact}${after}`, help: failure.help } };
    }
  }

  async function close(): Promise<void> {
    deadline.clear();
    await (await session)?.dispatcher.destroy();
    closing.abort();
  }

  return { get, close };
}

/**
 * The body at an http or https address: at most 512 KiB, at most 5 redirects, from https never to http, through
 * the proxy that the environment names.
 * @throws {PgRootCertError} `download-failed`, naming the address without its secrets, and the fact.
 */
export async function fetchBytes(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const downloads = openDownloads(options);
  try {
    const answer = await downloads.get(url);
    if ('bytes' in answer) return answer.bytes;
    throw new PgRootCertError(
      'download-failed',
      `could not download ${redactUrl(url)}: ${answer.failure.fact}`,
      { help: answer.failure.help },
    );
  } finally {
    await downloads.close();
  }
}

/**
 * Every setting is given, so that undici has no reason to read the environment itself. `proxyTunnel: false` sends plain
 * requests for http addresses, as curl does: many proxies permit CONNECT to port 443 alone. The signal ends
 * connections that are still being made, which destroying the agent does not.
 */
async function openSession(proxies: Proxies, signal: AbortSignal, stepMs: number): Promise<Session> {
  const { EnvHttpProxyAgent, request } = await import('./http.js');
  const connect = { timeout: stepMs, signal };
  const dispatcher = new EnvHttpProxyAgent({
    ...proxies,
    connect,
    proxyTls: connect,
    requestTls: connect,
    proxyTunnel: false,
  });
  return { request, dispatcher, stepMs };
}

async function follow(start: URL, session: Session, moved: (to: URL) => void): Promise<Uint8Array> {
  let url = start;
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects += 1) {
    const response = await ask(url, url.origin === start.origin ? start : null, session);
    const next = redirectOf(response, url);
    if (next === null) return readBody(response);
    discard(response);
    moved(next);
    url = next;
  }
  throw new Refused(`more than ${REDIRECT_LIMIT} redirects`);
}

/** `credentials`: the address whose user and password go along; what a redirect says of them is never sent. */
function ask(url: URL, credentials: URL | null, session: Session): Promise<Dispatcher.ResponseData> {
  return session.request(url.origin + url.pathname + url.search, {
    dispatcher: session.dispatcher,
    method: 'GET',
    headers: {
      'user-agent': 'pg-root-cert',
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(credentials === null ? {} : basicAuthorization(credentials)),
    },
    headersTimeout: session.stepMs,
    bodyTimeout: session.stepMs,
  });
}

function basicAuthorization({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Where a response sends to, or null where it is a file. */
function redirectOf(response: Dispatcher.ResponseData, from: URL): URL | null {
  const { statusCode } = response;
  if (statusCode >= 200 && statusCode < 300) return null;
  const { location } = response.headers;
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && typeof location === 'string';
  try {
    if (!isRedirect) throw new Refused(`HTTP ${statusCode}`);
    if (!URL.canParse(location, from.href)) throw new Refused('the redirect leads to no address');
    const to = new URL(location, from);
    if (!isHttp(to) || (from.protocol === 'https:' && to.protocol === 'http:')) {
      throw new Refused(
        `the redirect from ${from.protocol.slice(0, -1)} to ${printable(to.protocol.slice(0, -1), 20)} was refused`,
      );
    }
    return to;
  } catch (error) {
    discard(response);
    throw error;
  }
}

async function readBody(response: Dispatcher.ResponseData): Promise<Uint8Array> {
  const { headers, body } = response;
  const encoding = headers['content-encoding'] ?? 'identity';
  const tooLarge = () => new Refused(`larger than ${SIZE_LIMIT / 1024} KiB`);
  try {
    if (encoding !== 'identity') throw new Refused('the file is compressed, which was not asked for');
    if (Number(headers['content-length'] ?? 0) > SIZE_LIMIT) throw tooLarge();
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > SIZE_LIMIT) throw tooLarge();
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    discard(response);
    throw error;
  }
}

function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isHttp(url) || !canDecode(url.username) || !canDecode(url.password)) {
    throw new Refused('this is no http or https address');
  }
  return url;
}

const isHttp = (url: URL): boolean => url.protocol === 'http:' || url.protocol === 'https:';

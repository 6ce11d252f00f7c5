import { printable } from './printable.js';

/**
 * A URL fit for a message: user, password and the query's values become `***` (a signed URL carries its secret
 * there), the fragment goes, and nothing in it can drive a terminal. Takes what is no URL, too.
 */
export function redactUrl(url: string | URL): string {
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || parsed.host === '') return redactText(text);
  const user = parsed.username === '' && parsed.password === '' ? '' : '***@';
  return printable(
    `${parsed.protocol}//${user}${parsed.host}${parsed.pathname}${redactQuery(parsed.search.slice(1))}`,
  );
}

function redactText(text: string): string {
  const [address = '', query = ''] = text.replace(/#.*/s, '').split(/\?(.*)/s);
  const anonymous = address.replace(/^([a-z][a-z0-9+.-]*:\/*)?.*@/is, (_, scheme) =>
    /\/\/$/.test(scheme ?? '') ? `${scheme}***@` : '***@',
  );
  return printable(`${anonymous}${redactQuery(query)}`);
}

function redactQuery(query: string): string {
  if (query === '') return '';
  const parts = query.split('&').map((part) => {
    const equals = part.indexOf('=');
    return equals === -1 ? '***' : `${part.slice(0, equals)}=***`;
  });
  return `?${parts.join('&')}`;
}

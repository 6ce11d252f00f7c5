import { HIDDEN, type Refusal, refuse } from './refusal.js';

/**
 * Decodes the percent-encoding of a part of a URI, bytes in and out. libpq reads from left to right and names the
 * first fault only; since 18 it drops spaces at both ends and refuses those between.
 * Source: `conninfo_uri_decode` in fe-connect.c.
 */
export function decodeUriText(text: string, major: number, secret: boolean): string | Refusal {
  const fault = (format: string) => refuse(format, text, secret ? HIDDEN : text);
  const spacesCount = major >= 18;
  const [body = '', rest = ''] = spacesCount ? (/^ *([^ ]*) *(.*)$/s.exec(text)?.slice(1) ?? []) : [text];
  let decoded = '';
  for (let at = 0; at < body.length; at++) {
    const char = body.charAt(at);
    if (char !== '%') {
      decoded += char;
      continue;
    }
    const hex = body.slice(at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/i.test(hex)) return fault('invalid percent-encoded token: "%s"');
    if (hex === '00') return fault('forbidden value %00 in percent-encoded value: "%s"');
    decoded += String.fromCharCode(Number.parseInt(hex, 16));
    at += 2;
  }
  return rest === ''
    ? decoded
    : fault('unexpected spaces found in "%s", use percent-encoded spaces (%20) instead');
}

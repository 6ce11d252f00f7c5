/**
 * OpenSSL's reason from an error of node:tls, in OpenSSL 3.0's words (`ERR_reason_error_string`); null where OpenSSL
 * did not report it. Newer versions call the alerts of SSL 3 `ssl/tls alert …`. Where Node can only tell that a write
 * failed (EPROTO), it puts OpenSSL's own line into the message: `error:CODE:LIBRARY:FUNCTION:REASON:…`.
 */
export function openSslReason(error: Error): string | null {
  const reason = reasonOf(error);
  return reason === null ? null : reason.toLowerCase().replace(/^ssl\/tls alert /, 'sslv3 alert ');
}

function reasonOf(error: Error): string | null {
  if ('reason' in error && typeof error.reason === 'string' && 'library' in error) return error.reason;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'EPROTO') return /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(error.message)?.[1] ?? null;
  const [, words] = /^ERR_(?:SSL|OSSL)_(.+)$/.exec(code) ?? [];
  return words?.replaceAll('_', ' ') ?? null;
}

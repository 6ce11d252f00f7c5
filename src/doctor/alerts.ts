/** What a server's alert says of the client's certificate (RFC 8446, 6.2; RFC 5246, 7.2.2). */
export type ClientAlert = 'required' | 'expired' | 'rejected';

const ALERTS: Readonly<Record<string, ClientAlert>> = {
  'certificate required': 'required',
  'certificate expired': 'expired',
  'bad certificate': 'rejected',
  'unsupported certificate': 'rejected',
  'certificate revoked': 'rejected',
  'certificate unknown': 'rejected',
  'unknown ca': 'rejected',
  'access denied': 'rejected',
  'decrypt error': 'rejected',
};

/**
 * Whether a failed handshake is about the client certificate: `reason` is OpenSSL's, such as
 * `tlsv13 alert certificate required` or `sslv3 alert bad certificate`; null for any other reason.
 */
export function clientAlertOf(reason: string): ClientAlert | null {
  return ALERTS[alertOf(reason)] ?? null;
}

/** The alert's name alone; empty where the reason is no alert. */
export const alertOf = (reason: string): string => /alert (.*)$/.exec(reason)?.[1] ?? '';

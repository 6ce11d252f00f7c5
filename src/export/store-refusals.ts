import type { ErrorCode } from '../core/codes.js';
import { pathWord } from '../core/command-line.js';
import { PgRootCertError } from '../core/errors.js';
import type { StoreRefused, WritableFormat } from '../keystore/add-to-store.js';
import type { ExportFormat } from './types.js';

interface Refusal {
  readonly code: ErrorCode;
  readonly fact: string;
  readonly help: readonly string[];
}

const FORMAT_NAMES = { pem: 'PEM', der: 'DER', pkcs12: 'PKCS#12', jks: 'JKS' } as const;

const ANOTHER_OUT = 'or write another file: --out FILE';

const REFUSALS: Readonly<Record<Exclude<StoreRefused['refused'], 'format'>, Refusal>> = {
  password: {
    code: 'store-password-wrong',
    fact: 'does not open with this password, or was changed by somebody who does not know it',
    help: ['try it: keytool -list -keystore {path}', ANOTHER_OUT],
  },
  damaged: {
    code: 'store-unreadable',
    fact: 'is damaged',
    help: ['put back a copy, or move it away and run this again', ANOTHER_OUT],
  },
  unsupported: {
    code: 'store-unsupported',
    fact: 'holds something that cannot be read here, so it is left alone',
    help: ['add to it with keytool: keytool -importcert -keystore {path}', ANOTHER_OUT],
  },
  'too-costly': {
    code: 'store-unsupported',
    fact: 'asks for more work to open it than is done here',
    help: ['add to it with keytool: keytool -importcert -keystore {path}', ANOTHER_OUT],
  },
};

/** Why a store that is there is left as it is. */
export function storeRefusal(
  path: string,
  format: WritableFormat,
  { refused }: StoreRefused,
): PgRootCertError {
  if (refused === 'format') return wrongFormat(path, format);
  const { code, fact, help } = REFUSALS[refused];
  const filled = help.map((text) => text.replace('{path}', () => pathWord(path)));
  return new PgRootCertError(code, `${path} ${fact}`, { help: filled, path });
}

export const wrongFormat = (path: string, format: ExportFormat): PgRootCertError =>
  new PgRootCertError('store-wrong-format', `${path} is there, and is not ${FORMAT_NAMES[format]}`, {
    help: ['name the format that it has: --format pem, der, pkcs12 or jks', ANOTHER_OUT],
    path,
  });

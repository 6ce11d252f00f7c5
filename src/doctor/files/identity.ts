import type { KeyObject } from 'node:crypto';

/**
 * A client's certificate with its key, as PEM, for a TLS connection. The key is left out of JSON and of what Node
 * prints of an object, so that none of them can give it away.
 */
export class ClientIdentity {
  readonly key: string;

  constructor(
    readonly cert: string,
    key: KeyObject,
  ) {
    this.key = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  toJSON(): object {
    return { cert: this.cert };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return this.toJSON();
  }
}

import { expect } from '@jest/globals';
import type { Code, ErrorCode } from '../../src/core/codes.js';
import { PgRootCertError } from '../../src/core/errors.js';
import type { Finding } from '../../src/core/findings.js';

declare module 'expect' {
  interface Matchers<R> {
    /** Of findings: one has this code. */
    toEmit(code: Code): R;
    /** Of an error: it is the typed one with this code. */
    toFailWith(code: ErrorCode): R;
  }
}

expect.extend({
  toEmit(findings: unknown, code: Code) {
    const codes = (findings as readonly Finding[]).map((each) => each.code);
    return {
      pass: codes.includes(code),
      message: () =>
        `expected ${this.isNot ? 'no' : 'a'} finding ${code} among: ${codes.join(', ') || 'none'}`,
    };
  },
  toFailWith(error: unknown, code: ErrorCode) {
    const found = error instanceof PgRootCertError ? error.code : String(error);
    return { pass: found === code, message: () => `expected the error ${code}, got ${found}` };
  },
});

import { describe, expect, test } from '@jest/globals';
import { CODES, type Code } from '../../../src/core/codes.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { explain, explainCode } from '../../../src/explain/explain.js';

const host = nodeHost();

describe('explain', () => {
  test.each(Object.keys(CODES) as Code[])('the code %s gives its page', (code) => {
    const page = explainCode(code, host);
    expect(page).toMatch(new RegExp(`^# ${code}\n`));
    expect(explain(code, host)).toEqual({ kind: 'code', code, page });
  });

  test.each([
    ['in capitals', 'ROOT-CRT-MISSING'],
    ['with blanks around it', '  root-crt-missing\n'],
    [
      "in this program's own message",
      'error[root-crt-missing]: /home/ana/.postgresql/root.crt does not exist',
    ],
    ['in a whole run of messages', 'one thing\nwarning[root-crt-missing]: x\nerror[unknown-ca]: y'],
  ])('a code %s is found', (_, input) => {
    expect(explain(input, host)).toMatchObject({ kind: 'code', code: 'root-crt-missing' });
  });

  test("a client's error is explained", () => {
    expect(explain('SSL error: certificate verify failed', host)).toMatchObject({
      kind: 'text',
      explanation: { matched: [{ client: 'libpq', quote: 'SSL error: certificate verify failed' }] },
    });
  });

  test.each([
    ['root-crt-mising', 'root-crt-missing'],
    ['hostname-missmatch', 'hostname-mismatch'],
    ['unreachable', 'host-unreachable'],
  ])('%s is taken for a mistyped %s', (input, meant) => {
    const explained = explain(input, host);
    expect(explained).toMatchObject({ kind: 'unknown' });
    expect(explained.kind === 'unknown' && explained.nearest[0]).toBe(meant);
  });

  test.each(['', 'constructor', '__proto__', '../../package', 'error[../x]: y', 'x'.repeat(1024 * 1024)])(
    'what is neither code nor error is unknown: %.40s',
    (input) => {
      expect(explain(input, host)).toEqual({ kind: 'unknown', nearest: [] });
    },
  );
});

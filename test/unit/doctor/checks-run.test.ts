import { describe, expect, test } from '@jest/globals';
import { finding } from '../../../src/core/findings.js';
import { type Check, found, pass } from '../../../src/doctor/check.js';
import { CHECKS } from '../../../src/doctor/checks/index.js';
import { runChecks } from '../../../src/doctor/run-checks.js';
import { makeContext } from '../../support/evidence.js';
import '../../support/matchers.js';

const check = (id: string, more: Partial<Check>): Check => ({
  id,
  title: `${id}?`,
  needs: [],
  applies: () => true,
  run: () => pass('fine'),
  ...more,
});
const context = makeContext({});

describe('runChecks', () => {
  test('a check that throws is reported, and the others still run', () => {
    const { results, findings } = runChecks(context, [
      check('broken', {
        run: () => {
          throw new TypeError('no such thing');
        },
      }),
      check('sound', {}),
    ]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'internal-error',
      severity: 'error',
      message: 'the check "broken" broke: TypeError: no such thing',
    });
    expect(results.map(({ result }) => result.status)).toEqual(['fail', 'pass']);
  });

  test('one whose question does not apply, or throws asking, is not run', () => {
    const never = () => {
      throw new Error('was run');
    };
    const { results } = runChecks(context, [check('a', { applies: () => false, run: never })]);
    expect(results[0]?.result).toEqual({ status: 'skipped', because: 'does not apply' });
    expect(runChecks(context, [check('b', { applies: never })]).findings).toEmit('internal-error');
  });

  test('a finding before it makes a check needless', () => {
    const before = check('before', { run: () => found(finding('unknown-ca', 'x', {})) });
    const { results, findings } = runChecks(context, [before, check('after', { needs: ['unknown-ca'] })]);
    expect(results[1]?.result).toEqual({ status: 'skipped', because: 'unknown-ca' });
    expect(findings).toHaveLength(1);
  });

  test('errors come before warnings, whatever the order of the checks', () => {
    const of = (code: 'weak-sslmode' | 'unknown-ca') =>
      check(code, { run: () => found(finding(code, code)) });
    const { findings } = runChecks(context, [of('weak-sslmode'), of('unknown-ca')]);
    expect(findings.map(({ code }) => code)).toEqual(['unknown-ca', 'weak-sslmode']);
  });

  test('every check has a name and a question of its own', () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
    for (const { title } of CHECKS) expect(title).toMatch(/^[a-z].*\?$/);
  });
});

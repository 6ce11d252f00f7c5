import { describe, expect, test } from '@jest/globals';
import { closedPort } from '../support/http-servers.js';
import { emptyHome, run } from '../support/run.js';

describe('audit, as it is typed wrong', () => {
  test.each<[string[], string, string]>([
    [
      ['audit'],
      'error[usage]: audit needs a conninfo',
      "pg-root-cert audit 'host=db.example.org dbname=app user=me'",
    ],
    [['audit', 'host=a', 'host=b'], 'error[usage]: audit takes one server', 'pg-root-cert audit'],
    [['audit', 'host=a', '--fix'], 'error[usage]: audit has no option --fix', 'pg-root-cert audit --help'],
    [['audit', 'host=a', '--timeout', '0'], 'error[usage]: --timeout needs a number above 0', ''],
    [
      ['audit', 'db.example.org'],
      'error[settings-refused]: libpq refuses these settings',
      'write host=db.example.org',
    ],
    [
      ['audit', 'host=a password=hunter2 sslmode=no'],
      'error[settings-refused]: libpq refuses',
      'mend the connection string',
    ],
    [
      ['audit', 'host=a gssencmode=require'],
      'error[setting-unsupported]: audit cannot keep to gssencmode=require',
      'leave gssencmode out',
    ],
  ])('%j', async (argv, error, help) => {
    const { status, stdout, stderr } = await run(emptyHome(), argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(error);
    expect(stderr).toContain(help);
    expect(stderr).not.toContain('hunter2');
  });

  test('words without quotes are one target; nobody there is exit code 3, in JSON too', async () => {
    const port = await closedPort();
    const { status, stdout } = await run(emptyHome(), [
      'audit',
      'host=127.0.0.1',
      `port=${port}`,
      'user=me',
      'password=hunter2',
      '--json',
    ]);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      command: 'audit',
      ok: false,
      error: { code: 'host-unreachable' },
    });
    expect(stdout).not.toContain('hunter2');
  });

  test('with --quiet only the errors are left', async () => {
    const port = await closedPort();
    const { status, stdout, stderr } = await run(emptyHome(), [
      'audit',
      `host=127.0.0.1 port=${port} user=me`,
      '--quiet',
    ]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/^error\[host-unreachable\].*\n {2}help: .*\n$/);
  });
});

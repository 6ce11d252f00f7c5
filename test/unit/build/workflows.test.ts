import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pg-root-cert-workflows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (name: string, ...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', name), ...argv], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('npm run lint:workflows', () => {
  const ci = readFileSync(join(root, '.github', 'workflows', 'ci.yml'), 'utf8');

  test('our workflows are in order', () => {
    expect(script('lint-workflows.mjs')).toEqual({
      status: 0,
      stdout: '2 workflows, 0 problems\n',
      stderr: '',
    });
  });

  /** What is broken, how, and what must be said of it. */
  const broken: readonly [string, string | RegExp, string, string][] = [
    ['a misspelt key', 'fail-fast:', 'fail-fst:', 'unexpected key "fail-fst"'],
    ['a matrix value that is not there', 'matrix.node }}', 'matrix.nod }}', 'property "nod" is not defined'],
    ['a permission that is not there', 'contents: read', 'contents: reed', '"reed" is invalid'],
    [
      "a stranger's text in a script",
      'run: npm test',
      `run: echo "\${{ github.event.pull_request.title }}"`,
      'potentially untrusted',
    ],
    ['a runner that is not there', '- run: npm run lint\n', '- rnu: npm run lint\n', 'unexpected key "rnu"'],
    ['an action by its tag', /@[0-9a-f]{40} # v6.0.2/, '@v6', 'pin the action by its commit'],
    ['a short commit', /(checkout@[0-9a-f]{12})[0-9a-f]+/, '$1', 'pin the action by its commit'],
    ['no permissions', /^permissions:\n.*\n/m, '', 'say `permissions:`'],
    ['no time limit', /^ {4}timeout-minutes: 15\n/m, '', 'timeout-minutes'],
  ];
  const fileOf = (title: string): string => join(folder, `${title.replaceAll(/\W/g, '-')}.yml`);
  let told: ReturnType<typeof script>;
  beforeAll(() => {
    for (const [title, from, to] of broken) {
      const text = ci.replace(from, to);
      expect(text).not.toBe(ci);
      writeFileSync(fileOf(title), text);
    }
    // All at once: actionlint takes seconds to start.
    told = script('lint-workflows.mjs', ...broken.map(([title]) => fileOf(title)));
  });

  test('a problem is exit code 1', () => {
    expect(told.status).toBe(1);
  });

  test.each(broken)('%s is found', (title, _from, _to, message) => {
    const lines = told.stdout.split('\n').filter((line) => line.includes(fileOf(title).slice(folder.length)));
    expect(lines.join('\n')).toContain(message);
  });
});

describe('scripts/check-release.mjs', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

  test('another tag, no section in the changelog, another repository: each is named', () => {
    const { status, stderr } = script('check-release.mjs', 'v99.0.0', 'someone/else');
    expect(status).toBe(1);
    expect(stderr).toContain(`the tag is v99.0.0, but package.json says ${version}`);
    expect(stderr).toContain('CHANGELOG.md has no section');
    expect(stderr).toContain('git+https://github.com/someone/else.git');
  });

  test('all three in order: nothing is said', () => {
    const scripts = join(folder, 'project', 'scripts');
    for (const name of ['check-release.mjs', join('lib', 'project.mjs')])
      cpSync(join(root, 'scripts', name), join(scripts, name));
    const repository = { type: 'git', url: 'git+https://github.com/some/one.git' };
    writeFileSync(join(folder, 'project', 'package.json'), JSON.stringify({ version: '1.2.3', repository }));
    writeFileSync(join(folder, 'project', 'CHANGELOG.md'), '# Changelog\n\n## [1.2.3] - 2026-12-01\n');
    const argv = [join(scripts, 'check-release.mjs'), 'v1.2.3', 'some/one'];
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

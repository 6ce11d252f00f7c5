import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emptyHome, type Run, rootCrt, run } from '../support/run.js';
import '../support/matchers.js';

const system = process.env.SystemRoot ?? 'C:\\Windows';

function icacls(...argv: readonly string[]): void {
  execFileSync(path.join(system, 'System32', 'icacls.exe'), argv, { windowsHide: true });
}

/** The access control list as SDDL: `icacls /save` writes numbers and codes, not names in the user's language. */
function sddlOf(at: string): string {
  const saved = path.join(emptyHome(), 'list');
  icacls(at, '/save', saved, '/q');
  return readFileSync(saved, 'utf16le');
}

const everyoneHasAll = (at: string): boolean => /\(A;[^;()]*;FA;;;WD\)/.test(sddlOf(at));

/** A profile of its own, with root.crt installed where libpq would look for it. */
async function profile() {
  const home = emptyHome();
  // `run` gives it an AppData of its own.
  const env = { USERPROFILE: home, TEMP: process.env.TEMP ?? home };
  const command = (...argv: readonly string[]): Promise<Run> => run(home, [...argv, '--json'], { env });
  expect((await command('install', '--offline')).status).toBe(0);
  const file = rootCrt(home);
  expect(existsSync(file)).toBe(true);
  return { file, folder: path.dirname(file), command };
}

/** A port where nothing listens: what `--fix` mends here does not depend on a server. */
const NOWHERE = 'host=127.0.0.1 port=1 sslmode=verify-full';

describe('access control lists of a real Windows', () => {
  test('as installed: nobody else may write, and nothing is found', async () => {
    const { file, command } = await profile();
    expect(everyoneHasAll(file)).toBe(false);
    const told = await command('verify');
    expect(told.json().findings).not.toEmit('root-crt-permissions');
    expect(told.status).toBe(0);
  });

  test.each(['file', 'folder'] as const)(
    'Everyone has full control of the %s: found, and mended',
    async (which) => {
      const made = await profile();
      const at = made[which];
      icacls(at, '/grant', '*S-1-1-0:F');
      expect(everyoneHasAll(at)).toBe(true);

      const before = await made.command('verify');
      expect(before.status).toBe(1);
      expect(before.json().findings).toEmit('root-crt-permissions');
      expect(JSON.stringify(before.json().findings)).toContain('Everyone');

      const fixed = JSON.parse((await made.command('doctor', '--fix', NOWHERE)).stdout) as {
        fixed: { code: string }[];
      };
      expect(fixed.fixed.map(({ code }) => code)).toContain('root-crt-permissions');
      expect(everyoneHasAll(at)).toBe(false);
      expect((await made.command('verify')).status).toBe(0);
      expect(readFileSync(made.file, 'latin1')).toContain('BEGIN CERTIFICATE');
    },
  );

  test("the finding's own commands mend it too", async () => {
    const { file, command } = await profile();
    icacls(file, '/grant', '*S-1-1-0:F');
    const finding = (await command('verify'))
      .json()
      .findings.find(({ code }) => code === 'root-crt-permissions');
    const commands = finding?.help[0]?.commands ?? [];
    expect(commands.length).toBeGreaterThan(0);
    for (const [program, ...argv] of commands) {
      expect(program).toBe('icacls');
      icacls(...argv);
    }
    expect(everyoneHasAll(file)).toBe(false);
    expect((await command('verify')).status).toBe(0);
  });
});

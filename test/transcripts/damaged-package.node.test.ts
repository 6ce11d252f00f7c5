import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../support/make-certs.js';
import { COMMAND, emptyHome, run, tree } from '../support/run.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const otherCa = makeCertificate({ subject: 'Other CA', ca: true });

describe('a bug', () => {
  const copies: string[] = [];
  afterAll(() => {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  });

  test('a damaged package ends with 70, a stack trace and where to report it', async () => {
    const copy = mkdtempSync(path.join(os.tmpdir(), 'pgrc-copy-'));
    copies.push(copy);
    for (const part of ['dist', 'certs', 'package.json'])
      cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    const wrong = path.join(copy, 'certs', 'digicert-global-root-g2.pem');
    writeFileSync(wrong, otherCa.pem);
    const home = emptyHome();
    const before = tree(home);
    const command = [COMMAND[0], path.join(copy, 'dist', 'cli.js')];
    const broken = await run(home, ['--offline'], { command });
    expect(broken.status).toBe(70);
    expect(broken.stderr).toContain('error[internal-error]');
    expect(broken.stderr).toMatch(/\n {4}at /);
    expect(broken.stderr).toContain('/issues');
    const asJson = await run(home, ['--offline', '--json'], { command });
    expect(asJson.json().error?.code).toBe('internal-error');
    expect(tree(home)).toEqual(before);
  });
});

import { describe, expect, test } from '@jest/globals';
import { othersWhoWrite } from '../../../src/install/acl.js';
import { permissionFindings } from '../../../src/install/permissions.js';
import { fakeHost } from '../../support/fake-host.js';
import '../../support/matchers.js';

const ME = 'S-1-5-21-1111111111-2222222222-3333333333-1001';
const COLLEAGUE = 'S-1-5-21-1111111111-2222222222-3333333333-1002';

describe('who may write, by SDDL', () => {
  test.each([
    ['a profile as Windows makes it', `D:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;${ME})`, []],
    ['with owner and flags', `O:BAG:DUD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${ME})`, []],
    ['others may read', `D:AI(A;ID;FA;;;SY)(A;ID;FA;;;${ME})(A;ID;0x1200a9;;;BU)(A;ID;FR;;;WD)`, []],
    ['modify for Users', `D:AI(A;ID;FA;;;SY)(A;ID;0x1301bf;;;BU)`, ['Users']],
    ['full control for Everyone', `D:(A;;FA;;;WD)`, ['Everyone']],
    [
      'by a SID instead of an alias',
      `D:(A;;FA;;;S-1-1-0)(A;;GW;;;S-1-5-11)`,
      ['Everyone', 'Authenticated Users'],
    ],
    ['a colleague', `D:(A;;FA;;;${ME})(A;;FW;;;${COLLEAGUE})`, [COLLEAGUE]],
    ['only the right to change the list', `D:(A;;RCWD;;;BU)`, ['Users']],
    ['only the right to delete', `D:(A;;SD;;;BU)`, ['Users']],
    ['for entries below only', `D:(A;OICIIO;FA;;;WD)(A;OICIIO;GA;;;CO)`, []],
    ['a denial', `D:(D;;FA;;;BU)(A;;FA;;;${ME})`, []],
    ['no list at all', `D:NO_ACCESS_CONTROL`, ['Everyone']],
    ['an empty list lets nobody in', `D:P`, []],
  ])('%s', (_title, sddl, expected) => {
    expect(othersWhoWrite(sddl, ME)).toEqual(expected);
  });

  test('no DACL in the text: not known', () => {
    expect(othersWhoWrite('O:BAG:DU', ME)).toBeNull();
  });
});

describe('as Windows tells it', () => {
  const path = 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt';
  const answer = (stdout: string | Buffer) => ({
    status: 0,
    stdout: Buffer.from(stdout),
    stderr: Buffer.alloc(0),
  });

  function windows(sddl: string | null) {
    const host = fakeHost({
      platform: 'win32',
      exec: ([program = '', at = '', , saved = ''], files) => {
        if (program.endsWith('whoami.exe')) return answer(`"laptop\\me","${ME}"\r\n`);
        if (sddl === null) return answer('');
        files.put(saved, { bytes: Buffer.from(`${at.split('\\').at(-1)}\r\n${sddl}\r\n`, 'utf16le') });
        return answer('');
      },
    });
    host.files.put(path);
    return host;
  }

  test('too wide is a finding for file and folder, with exact grants to paste, and nothing is left lying', async () => {
    const host = windows('D:AI(A;ID;FA;;;SY)(A;ID;0x1301bf;;;BU)');
    const before = Object.keys(host.files.snapshot());
    const findings = await permissionFindings(host, path);
    expect(findings).toHaveLength(2);
    expect(findings).toEmit('root-crt-permissions');
    expect(findings[0]?.message).toContain('Users');
    expect(findings[0]?.help[0]?.commands[0]).toEqual([
      'icacls',
      path,
      '/inheritance:r',
      '/grant:r',
      `*${ME}:F`,
      '*S-1-5-18:F',
      '*S-1-5-32-544:F',
    ]);
    expect(Object.keys(host.files.snapshot())).toEqual(before);
  });

  test('programs come from SystemRoot, not from the search path', async () => {
    const host = windows(`D:(A;;FA;;;${ME})`);
    expect(await permissionFindings(host, path)).toEqual([]);
    expect(new Set(host.commands.map(([program]) => program))).toEqual(
      new Set(['C:\\Windows\\System32\\whoami.exe', 'C:\\Windows\\System32\\icacls.exe']),
    );
  });

  test('no answer is not known, which is no finding', async () => {
    expect(await permissionFindings(windows(null), path)).toEqual([]);
    expect(await permissionFindings(fakeHost({ platform: 'win32' }), path)).toEqual([]);
    const noRoot = fakeHost({ platform: 'win32', env: { APPDATA: 'C:\\x' } });
    expect(await permissionFindings(noRoot, path)).toEqual([]);
    expect(noRoot.commands).toEqual([]);
  });
});

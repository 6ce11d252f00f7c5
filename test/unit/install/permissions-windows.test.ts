import { describe, expect, test } from '@jest/globals';
import { permissionFindings } from '../../../src/install/permissions.js';
import { narrowOnWindows } from '../../../src/install/permissions-windows.js';
import { fakeHost } from '../../support/fake-host.js';
import '../../support/matchers.js';

const ME = 'S-1-5-21-1111111111-2222222222-3333333333-1001';
const FOLDER = 'C:\\Users\\me\\AppData\\Roaming\\postgresql';
const FILE = `${FOLDER}\\root.crt`;
const BACKUPS = 'C:\\Users\\me\\AppData\\Local\\pg-root-cert\\Data\\backups';
const WIDE = 'D:AI(A;ID;FA;;;SY)(A;ID;0x1301bf;;;BU)';
const NARROW = `D:PAI(A;;FA;;;${ME})(A;;FA;;;SY)(A;;FA;;;BA)`;

/** The last line of icacls when all went well, as users have pasted it (Japanese and German: put together from parts). */
const SUMMARIES = {
  English: 'Successfully processed 1 files; Failed processing 0 files',
  French: '1 fichiers correctement traités ; échec du traitement de 0 fichiers',
  German: '1 Dateien erfolgreich verarbeitet, bei 0 Dateien ist ein Verarbeitungsfehler aufgetreten.',
  Russian: 'Успешно обработано 1 файлов; не удалось обработать 0 файлов',
  Chinese: '已成功处理 1 个文件; 处理 0 个文件时失败',
  Japanese: '1 個のファイルが正常に処理されました。0 個のファイルを処理できませんでした',
  none: '',
};

interface Windows {
  /** The list of every path at first; null: icacls says nothing and saves nothing, as under Wine. */
  readonly list?: string | null;
  /** The list that a repair leaves; null: none can be read any more. */
  readonly repaired?: string | null;
  readonly summary?: string;
  /** The exit code of what changes a list. */
  readonly status?: number;
  /** False: nothing can be saved among the backups. */
  readonly keeps?: boolean;
}

/** A Windows whose icacls keeps lists, and knows the forms of the command that are used. */
function windows({ list = WIDE, repaired = NARROW, summary = '', status = 0, keeps = true }: Windows = {}) {
  const lists = new Map<string, string | null>();
  const answer = (stdout: string, code = 0) => ({
    status: code,
    stdout: Buffer.from(stdout),
    stderr: Buffer.alloc(0),
  });
  const host = fakeHost({
    platform: 'win32',
    exec: ([program = '', at = '', form, saved = ''], files) => {
      if (program === 'C:\\Windows\\System32\\whoami.exe') return answer(`"laptop\\me","${ME}"\r\n`);
      if (program !== 'C:\\Windows\\System32\\icacls.exe') return null;
      if (form === '/save') {
        const now = lists.has(at) ? lists.get(at) : list;
        const text = `${at.split('\\').at(-1)}\r\n${now}\r\n`;
        if (now && (keeps || !saved.startsWith(BACKUPS)))
          files.put(saved, { bytes: Buffer.from(text, 'utf16le') });
      } else if (status === 0) {
        lists.set(at, form === '/reset' ? WIDE : repaired);
      }
      return answer(summary, form === '/save' ? 0 : status);
    },
  });
  host.files.put(FILE);
  return host;
}

type Fake = ReturnType<typeof windows>;
const changes = (host: Fake) =>
  host.commands
    .filter(([program, , form]) => program?.endsWith('icacls.exe') && form !== '/save')
    .map(([, ...argv]) => argv);
const kept = (host: Fake) =>
  Object.keys(host.files.snapshot()).filter((name) =>
    name.toLowerCase().startsWith(`${BACKUPS.toLowerCase()}\\`),
  );

describe('a look', () => {
  test.each(Object.entries(SUMMARIES))(
    'too wide is a finding for file and folder, with icacls speaking %s',
    async (_language, summary) => {
      const host = windows({ summary });
      const before = Object.keys(host.files.snapshot());
      const findings = await permissionFindings(host, FILE);
      expect(findings.map(({ message }) => message)).toEqual([
        `others may change ${FILE}: Users`,
        `others may change ${FOLDER}: Users`,
      ]);
      expect(findings).toEmit('root-crt-permissions');
      expect(Object.keys(host.files.snapshot())).toEqual(before);
      expect(changes(host)).toEqual([]);
    },
  );

  test('the commands to paste say exactly who is to have it; for a folder also what will be in it', async () => {
    const [file, folder] = await permissionFindings(windows(), FILE);
    const grants = (rights: string) => [`*${ME}:${rights}`, `*S-1-5-18:${rights}`, `*S-1-5-32-544:${rights}`];
    expect(file?.help[0]?.commands).toEqual([
      ['icacls', FILE, '/reset', '/q'],
      ['icacls', FILE, '/inheritance:r', '/grant:r', ...grants('F'), '/q'],
    ]);
    expect(folder?.help[0]?.commands).toEqual([
      ['icacls', FOLDER, '/reset', '/q'],
      ['icacls', FOLDER, '/inheritance:r', '/grant:r', ...grants('(OI)(CI)F'), '/q'],
    ]);
  });

  test('programs come from SystemRoot, not from the search path', async () => {
    const host = windows({ list: NARROW });
    expect(await permissionFindings(host, FILE)).toEqual([]);
    expect(new Set(host.commands.map(([program]) => program))).toEqual(
      new Set(['C:\\Windows\\System32\\whoami.exe', 'C:\\Windows\\System32\\icacls.exe']),
    );
  });

  test('no answer is not known, which is no finding', async () => {
    expect(await permissionFindings(windows({ list: null }), FILE)).toEqual([]);
    expect(await permissionFindings(fakeHost({ platform: 'win32' }), FILE)).toEqual([]);
    for (const SystemRoot of ['', 'Windows', '.\\x']) {
      const elsewhere = fakeHost({ platform: 'win32', env: { APPDATA: 'C:\\x', TEMP: 'C:\\x', SystemRoot } });
      elsewhere.files.put(FILE);
      expect(await permissionFindings(elsewhere, FILE)).toEqual([]);
      expect(elsewhere.commands).toEqual([]);
    }
  });

  test('a list that cannot be read, or is longer than any can be, is not known either', async () => {
    const locked = windows();
    locked.files.beforeCall = (call) => {
      if (/pg-root-cert-.*tmp/.test(call)) throw Object.assign(new Error(call), { code: 'EPERM' });
    };
    expect(await permissionFindings(locked, FILE)).toEqual([]);
    const endless = windows({ list: `${WIDE}${'(A;;FA;;;WD)'.repeat(100_000)}` });
    expect(await permissionFindings(endless, FILE)).toEqual([]);
  });

  test('a path of more than 260 characters is given in its long form', async () => {
    const long = `C:\\${'x'.repeat(120)}\\${'y'.repeat(140)}\\root.crt`;
    const host = windows();
    host.files.put(long);
    expect(await permissionFindings(host, long)).toHaveLength(2);
    expect(host.commands.filter(([, , form]) => form === '/save').map(([, at]) => at)).toEqual([
      `\\\\?\\${long}`,
      `\\\\?\\${long.slice(0, -'\\root.crt'.length)}`,
    ]);
  });
});

describe('the repair', () => {
  test('folder, then file; the lists as they were are kept, and can be put back', async () => {
    const host = windows({ summary: SUMMARIES.German });
    const narrowed = await narrowOnWindows(host, FILE, { mustKnow: true });
    expect(narrowed.map(({ path }) => path)).toEqual([FOLDER, FILE]);
    expect(changes(host).map(([at, form]) => [at, form])).toEqual([
      [FOLDER, '/reset'],
      [FOLDER, '/inheritance:r'],
      [FILE, '/reset'],
      [FILE, '/inheritance:r'],
    ]);
    expect(await permissionFindings(host, FILE)).toEqual([]);

    expect(kept(host)).toHaveLength(2);
    for (const { path, takeBack } of narrowed) {
      const saved = takeBack[3] ?? '';
      expect(takeBack).toEqual(['icacls', host.path.dirname(path), '/restore', saved]);
      expect(Buffer.from(host.files.read(saved, 1000)).toString('utf16le')).toContain(WIDE);
    }
  });

  test('what is narrow is not touched', async () => {
    const host = windows({ list: NARROW });
    expect(await narrowOnWindows(host, FILE, { mustKnow: true })).toEqual([]);
    expect(changes(host)).toEqual([]);
    expect(kept(host)).toEqual([]);
  });

  test("a folder that is not libpq's own is left alone", async () => {
    const host = windows();
    host.files.put('D:\\shared\\roots.crt');
    expect(
      (await narrowOnWindows(host, 'D:\\shared\\roots.crt', { mustKnow: true })).map(({ path }) => path),
    ).toEqual(['D:\\shared\\roots.crt']);
  });

  test.each([
    ['icacls fails', { status: 5 }, 'could not change'],
    ['the list cannot be read back', { repaired: null }, 'cannot be read back'],
    ['others may still write', { repaired: 'D:(A;;FA;;;WD)' }, 'others may still write to'],
  ])('never claimed where %s', async (_title, how, fact) => {
    const host = windows(how);
    const repair = narrowOnWindows(host, FILE, { mustKnow: true });
    await expect(repair).rejects.toFailWith('permission-denied');
    await expect(repair).rejects.toMatchObject({ message: expect.stringContaining(fact) });
    expect(kept(host)).toHaveLength(1);
  });

  test('nor where it was seen to be too wide, and cannot be read any more', async () => {
    const silent = windows({ list: null });
    const repair = narrowOnWindows(silent, FILE, { mustKnow: true });
    await expect(repair).rejects.toFailWith('permission-denied');
    expect(await narrowOnWindows(silent, FILE, { mustKnow: false })).toEqual([]);
    expect(changes(silent)).toEqual([]);
  });

  test('nothing is changed where the list cannot be kept', async () => {
    const host = windows({ keeps: false });
    await expect(narrowOnWindows(host, FILE, { mustKnow: true })).rejects.toFailWith('permission-denied');
    expect(changes(host)).toEqual([]);
  });
});

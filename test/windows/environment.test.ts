import { describe, expect, test } from '@jest/globals';
import { libpqFolder, nodeExe, PROFILE, runWindows } from '../../scripts/lib/wine.mjs';

const NODES = ['20', '22', '24'];
const LIBPQS = ['15', '16', '17', '18'];

describe('what the other tests here stand on', () => {
  test.each(NODES)(
    'Node %s for Windows runs, as a user whose name has a space and an umlaut',
    async (major) => {
      const script =
        'const { platform, versions, env } = process; console.log(JSON.stringify([platform, versions.node, env.USERPROFILE]))';
      const { status, stdout, stderr } = await runWindows([nodeExe(major), '-e', script]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual(['win32', expect.stringMatching(`^${major}\\.`), PROFILE]);
    },
  );

  test('exit code, input, changed and removed variables', async () => {
    const script =
      'process.stdin.on("data", (part) => process.stderr.write(part + [process.env.APPDATA, process.env.LOCALAPPDATA, process.env.OWN])); process.exitCode = 7';
    const env = { APPDATA: 'D:\\other ü', LOCALAPPDATA: null, OWN: 'a "quoted" word' };
    expect(await runWindows([nodeExe(), '-e', script], { stdin: 'hé', env })).toEqual({
      status: 7,
      stdout: '',
      stderr: 'héD:\\other ü,,a "quoted" word',
    });
  });

  test.each(LIBPQS)('libpq.dll %s answers', async (major) => {
    const { status, stdout } = await runWindows([
      `${libpqFolder(major)}\\libpq-connect.exe`,
      'host=127.0.0.1 port=1',
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^refused ${major}\\d{4} plain\\n.*failed: Connection refused`, 's'));
  });
});

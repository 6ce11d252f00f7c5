import { describe, expect, test } from '@jest/globals';
import { FIXED_LIMITS, type Limits, newTally } from '../../../src/scan/tally.js';
import { type Start, walk } from '../../../src/scan/walk.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';

const LIMITS: Limits = { ...FIXED_LIMITS, until: Number.POSITIVE_INFINITY, files: 1000, fileBytes: 1000 };

const folder = (path: string, device = 1): Start => ({ path, kind: 'folder', device });

function walked(host: FakeHost, starts: readonly Start[], limits: Partial<Limits> = {}) {
  const tally = newTally();
  const files = [...walk(host, starts, { ...LIMITS, ...limits }, tally)];
  return { files: files.sort(), tally };
}

describe('walk', () => {
  test('every regular file below, node_modules and hidden folders too, .git not', () => {
    const host = fakeHost();
    for (const path of ['a.pem', 'node_modules/x/b.js', '.hidden/c.pem', '.git/objects/d'])
      host.files.put(`/p/${path}`);
    const { files, tally } = walked(host, [folder('/p')]);
    expect(files).toEqual(['/p/.hidden/c.pem', '/p/a.pem', '/p/node_modules/x/b.js']);
    expect(tally).toMatchObject({ files: 3, links: 0, unreadable: { count: 0 } });
  });

  test('no link is followed: not to a file, to a folder, out of the tree, or around in a circle', () => {
    const host = fakeHost();
    host.files.put('/out/secret.pem');
    host.files.put('/p/in/a.pem');
    host.files.put('/p/file', { kind: 'link', target: '/out/secret.pem' });
    host.files.put('/p/folder', { kind: 'link', target: '/out' });
    host.files.put('/p/in/loop', { kind: 'link', target: '..' });
    host.files.put('/p/dead', { kind: 'link', target: 'nowhere' });
    const { files, tally } = walked(host, [folder('/p')]);
    expect(files).toEqual(['/p/in/a.pem']);
    expect(tally.links).toBe(4);
  });

  test('devices, pipes and sockets are not opened', () => {
    const host = fakeHost();
    host.files.put('/p/pipe', { kind: 'other' });
    host.files.put('/p/a.pem');
    const { files, tally } = walked(host, [folder('/p')]);
    expect(files).toEqual(['/p/a.pem']);
    expect(tally.special).toBe(1);
  });

  test('other file systems are named, not entered; one that is named itself is', () => {
    const host = fakeHost();
    host.files.put('/p/a.pem');
    host.files.put('/p/proc', { kind: 'folder', device: 2 });
    host.files.put('/p/proc/b.pem', { device: 2 });
    const { files, tally } = walked(host, [folder('/p')]);
    expect(files).toEqual(['/p/a.pem']);
    expect(tally.mounts).toEqual({ count: 1, paths: ['/p/proc'] });
    expect(walked(host, [folder('/p'), folder('/p/proc', 2)]).files).toEqual(['/p/a.pem', '/p/proc/b.pem']);
  });

  test('starts within each other and the same one twice give each file once', () => {
    const host = fakeHost();
    for (const path of ['/p/a', '/p/in/b', '/p/in/deep/c']) host.files.put(path);
    const starts = [folder('/p'), folder('/p/in/deep'), folder('/p/in'), folder('/p')];
    const file: Start = { path: '/p/a', kind: 'file', device: 1 };
    expect(walked(host, [file, ...starts, file]).files).toEqual(['/p/a', '/p/in/b', '/p/in/deep/c']);
  });

  test('a folder that cannot be read is named, and the walk goes on', () => {
    const host = fakeHost();
    host.files.put('/p/shut', { kind: 'folder', mode: 0o000 });
    host.files.put('/p/shut/a.pem');
    host.files.put('/p/z.pem');
    const { files, tally } = walked(host, [folder('/p')]);
    expect(files).toEqual(['/p/z.pem']);
    expect(tally.unreadable).toEqual({ count: 1, paths: ['/p/shut'] });
  });

  test('a Windows tree', () => {
    const host = fakeHost({ platform: 'win32' });
    host.files.put('C:\\p\\in\\a.pem');
    host.files.put('C:\\p\\junction', { kind: 'link', target: 'C:\\Windows' });
    const { files, tally } = walked(host, [folder('C:\\p')]);
    expect(files.map((each) => each.toLowerCase())).toEqual(['c:\\p\\in\\a.pem']);
    expect(tally.links).toBe(1);
  });
});

describe('limits end a walk or leave something out, and say so', () => {
  const many = () => {
    const host = fakeHost();
    for (let i = 0; i < 50; i++) host.files.put(`/p/${i % 5}/${i}.pem`);
    return host;
  };

  test('files', () => {
    const { files, tally } = walked(many(), [folder('/p')], { files: 7 });
    expect(files).toHaveLength(7);
    expect([...tally.limits.keys()]).toEqual(['files']);
  });

  test('exactly as many files as allowed are no limit', () => {
    expect(walked(many(), [folder('/p')], { files: 50 }).tally.limits.size).toBe(0);
  });

  test('time', () => {
    const host = many();
    const { files, tally } = walked(host, [folder('/p')], { until: host.now().getTime() + 20 });
    expect(files.length).toBeLessThan(25);
    expect([...tally.limits.keys()]).toEqual(['time']);
  });

  test('bytes in all', () => {
    const tally = newTally();
    let files = 0;
    for (const _ of walk(many(), [folder('/p')], { ...LIMITS, totalBytes: 30 }, tally)) {
      files++;
      tally.bytes += 10;
    }
    expect(files).toBe(3);
    expect([...tally.limits.keys()]).toEqual(['total-bytes']);
  });

  test('depth, for the deep branch only', () => {
    const host = fakeHost();
    host.files.put(`/p/${'d/'.repeat(12)}deep.pem`);
    host.files.put('/p/a.pem');
    const { files, tally } = walked(host, [folder('/p')], { depth: 10 });
    expect(files).toEqual(['/p/a.pem']);
    expect(tally.limits.get('depth')).toEqual({ count: 1, paths: [`/p/${'d/'.repeat(10)}d`] });
  });

  test('a folder is read entry by entry: no more of it is in memory, however large it is', () => {
    const host = fakeHost();
    host.files.put('/p', { kind: 'folder' });
    let given = 0;
    host.files.entries = function* () {
      for (;;) yield { name: `${given++}`, kind: 'file' };
    };
    expect(walked(host, [folder('/p')], { files: 10 }).files).toHaveLength(10);
    expect(given).toBeLessThan(15);
  });

  test('every folder that was opened is shut again, wherever the walk ends', () => {
    const host = fakeHost();
    host.files.put('/p/a/b/c/d.pem');
    host.files.put('/p/a/b/c/e.pem');
    let open = 0;
    const { entries } = host.files;
    host.files.entries = function* (at) {
      open++;
      try {
        yield* entries.call(host.files, at);
      } finally {
        open--;
      }
    };
    for (const _ of walk(host, [folder('/p')], LIMITS, newTally())) break;
    expect(open).toBe(0);
    walked(host, [folder('/p')], { files: 1 });
    expect(open).toBe(0);
  });
});

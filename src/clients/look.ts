import { errnoOf } from '../core/file-errors.js';
import type { Host } from '../core/host.js';

const MOST_LOOKS = 2000;
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Looks about in the file system for what may be there. What is not there, or may not be looked at, is nothing. After
 * a number of looks no more are taken, and `complete` says so: a folder of another's making must not hold up a run.
 */
export class Look {
  #left = MOST_LOOKS;
  readonly #lists = new Map<string, readonly string[]>();

  constructor(readonly host: Host) {}

  get complete(): boolean {
    return this.#left > 0;
  }

  /** The paths that exist of a pattern: absolute, with `/`, where `*` stands for any characters of one name. */
  glob(pattern: string): readonly string[] {
    const [root = '', ...names] = pattern.split('/');
    let paths = [root === '' ? this.host.path.sep : root + this.host.path.sep];
    let plain: string[] = [];
    const down = (): void => {
      paths = paths.map((path) => this.host.path.join(path, ...plain));
      plain = [];
    };
    for (const name of names) {
      if (!name.includes('*')) {
        plain.push(name);
        continue;
      }
      down();
      const matches = matcher(name, this.host.platform === 'win32');
      paths = paths.flatMap((path) =>
        this.list(path)
          .filter(matches)
          .map((found) => this.host.path.join(path, found)),
      );
    }
    down();
    return plain.length === 0 && names.at(-1)?.includes('*')
      ? paths
      : paths.filter((path) => this.isThere(path));
  }

  isThere(path: string): boolean {
    return this.#try(() => this.host.files.lookThrough(path), null) !== null;
  }

  /** Sorted, for the system gives them in any order. */
  list(path: string): readonly string[] {
    const known = this.#lists.get(path);
    if (known !== undefined) return known;
    // A look costs a tenth of an error.
    const names = this.isThere(path) ? this.#try(() => this.host.files.list(path).toSorted(), []) : [];
    this.#lists.set(path, names);
    return names;
  }

  /** null where there is no file, or one too large to be what is looked for. */
  read(path: string): string | null {
    if (!this.isThere(path)) return null;
    return this.#try(() => Buffer.from(this.host.files.read(path, MOST_BYTES)).toString('utf8'), null);
  }

  realPath(path: string): string {
    return this.#try(() => this.host.files.realPath(path), path);
  }

  #try<T>(look: () => T, nothing: T): T {
    if (this.#left <= 0) return nothing;
    this.#left -= 1;
    try {
      return look();
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return nothing;
    }
  }
}

function matcher(name: string, anyCase: boolean): (found: string) => boolean {
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  const [before = '', after = ''] = fold(name).split('*');
  return (found) =>
    found.length >= before.length + after.length &&
    fold(found).startsWith(before) &&
    fold(found).endsWith(after);
}

import path, { type PlatformPath } from 'node:path';
import type { FileFacts, FolderEntry, HostFiles, NewFile } from '../../src/core/host.js';

interface Node {
  kind: 'file' | 'folder' | 'link' | 'other';
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
  device: number;
  bytes: Uint8Array;
  target: string;
  /** Its name in the letters that it was made with. */
  name: string;
}

export interface MemoryOptions {
  readonly windows?: boolean;
  /** `a` and `A` are the same name, as on Windows, and on macOS as a rule. */
  readonly foldsCase?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * A file system in memory that behaves as the product relies on: exclusive creation, rename over a file, modes and
 * owners, links; where case does not count, names keep the letters that they were made with. `beforeCall` sees each call that changes something and may throw.
 */
export class MemoryFiles implements HostFiles {
  readonly #nodes = new Map<string, Node>();
  readonly #path: PlatformPath;
  readonly #options: Required<MemoryOptions>;
  /** Each call that changes something, in order, such as `rename /a → /b`. */
  readonly calls: string[] = [];
  beforeCall: (call: string, index: number) => void = () => {};
  #clock = 1_000_000;

  constructor(options: MemoryOptions = {}) {
    const windows = options.windows ?? false;
    this.#options = { windows, foldsCase: windows, uid: 1000, gid: 1000, umask: 0o022, ...options };
    this.#path = this.#options.windows ? path.win32 : path.posix;
  }

  /** Puts something there with all folders above it, without counting as a call. */
  put(at: string, node: Partial<Omit<Node, 'bytes' | 'name'>> & { bytes?: Uint8Array | string } = {}): void {
    const above = this.#path.dirname(at);
    if (above !== at && !this.#nodes.has(this.#key(above))) {
      this.put(above, { kind: 'folder', uid: node.uid ?? this.#options.uid, mode: 0o755 });
    }
    const kind = node.kind ?? 'file';
    const bytes = Buffer.from(node.bytes ?? '');
    const { uid, gid } = this.#options;
    const mode = kind === 'folder' ? 0o755 : 0o644;
    this.#nodes.set(this.#key(at), {
      kind,
      mode,
      uid,
      gid,
      modifiedMs: this.#clock++,
      device: this.#nodes.get(this.#key(above))?.device ?? 1,
      target: '',
      ...node,
      bytes,
      name: this.#nodes.get(this.#key(at))?.name ?? this.#path.basename(this.#path.normalize(at)),
    });
  }

  text(at: string): string | null {
    const node = this.#follow(at);
    return node === null ? null : Buffer.from(node.bytes).toString('latin1');
  }

  /** Every path with its kind, mode and content: equal before and after means that nothing was left behind. */
  snapshot(): Record<string, string> {
    const entries = [...this.#nodes].map(([at, { kind, mode, bytes, target }]) => [
      at,
      `${kind} ${mode.toString(8)} ${target}${Buffer.from(bytes).toString('base64')}`,
    ]);
    return Object.fromEntries(entries);
  }

  look(at: string): FileFacts | null {
    const node = this.#node(at);
    return node === null ? null : this.#facts(node);
  }

  lookThrough(at: string): FileFacts | null {
    const node = this.#follow(at);
    return node === null ? null : this.#facts(node);
  }

  read(at: string, limit: number): Uint8Array {
    const node = this.#follow(at);
    if (node === null) throw systemError('ENOENT');
    if (node.kind === 'folder') throw systemError('EISDIR');
    if (node.kind !== 'file') throw systemError('EINVAL');
    if (!(node.mode & 0o400)) throw systemError('EACCES');
    if (node.bytes.length > limit) throw systemError('EFBIG');
    return Uint8Array.from(node.bytes);
  }

  readIf(
    at: string,
    { headLength, limit }: { headLength: number; limit: number },
    wanted: (head: Uint8Array, whole: boolean) => boolean,
  ): Uint8Array | null {
    if (this.#node(at)?.kind === 'link') throw systemError('ELOOP');
    const bytes = this.read(at, Number.POSITIVE_INFINITY);
    if (!wanted(bytes.subarray(0, headLength), bytes.length <= headLength)) return null;
    if (bytes.length > limit) throw systemError('EFBIG');
    return bytes;
  }

  readLink(at: string): string {
    return this.#need(at).target;
  }

  realPath(at: string): string {
    const real = this.#resolve(at, 0);
    if (!this.#nodes.has(this.#key(real))) throw systemError('ENOENT');
    return this.#spelled(real);
  }

  list(at: string): readonly string[] {
    const folder = this.#resolve(at, 0);
    if (this.#nodes.get(this.#key(folder))?.kind !== 'folder') throw systemError('ENOENT');
    return [...this.#nodes]
      .filter(([each]) => each !== this.#key(folder) && this.#path.dirname(each) === this.#key(folder))
      .map(([, { name }]) => name);
  }

  *entries(at: string): Generator<FolderEntry> {
    const folder = this.lookThrough(at);
    if (folder !== null && !(folder.mode & 0o400)) throw systemError('EACCES');
    for (const name of this.list(at)) {
      const facts = this.look(this.#path.join(at, name));
      if (facts !== null) yield { name, kind: facts.kind };
    }
  }

  makeFolder(at: string, mode: number): void {
    this.#count(`makeFolder ${at}`);
    if (this.#node(at) !== null) throw systemError('EEXIST');
    this.#assertFolderAbove(at);
    this.put(at, { kind: 'folder', mode: mode & ~this.#options.umask });
  }

  writeNew(at: string, file: NewFile): void {
    this.#count(`writeNew ${at}`);
    if (this.#node(at) !== null) throw systemError('EEXIST');
    this.#assertFolderAbove(at);
    const mode = file.exactMode ? file.mode : file.mode & ~this.#options.umask;
    this.put(at, { bytes: file.bytes, mode, ...(file.gid === undefined ? {} : { gid: file.gid }) });
  }

  rename(from: string, to: string): void {
    this.#count(`rename ${from} → ${to}`);
    const node = this.#need(from);
    this.#assertFolderAbove(to);
    this.#nodes.delete(this.#key(from));
    this.#nodes.set(this.#key(to), { ...node, name: this.#path.basename(to) });
  }

  remove(at: string): void {
    this.#count(`remove ${at}`);
    this.#need(at);
    this.#nodes.delete(this.#key(at));
  }

  removeFolder(at: string): void {
    this.#count(`removeFolder ${at}`);
    this.#need(at);
    if (this.list(at).length > 0) throw systemError('ENOTEMPTY');
    this.#nodes.delete(this.#key(at));
  }

  setMode(at: string, mode: number): void {
    this.#count(`setMode ${at}`);
    const node = this.#follow(at);
    if (node === null) throw systemError('ENOENT');
    node.mode = mode;
  }

  syncFolder(at: string): void {
    this.#count(`syncFolder ${at}`);
  }

  #count(call: string): void {
    this.beforeCall(call, this.calls.length);
    this.calls.push(call);
  }

  #key(at: string): string {
    const normal = this.#path.normalize(at);
    const bare = normal.length > 1 && /[^:][\\/]$/.test(normal) ? normal.slice(0, -1) : normal;
    return this.#options.foldsCase ? bare.toLowerCase() : bare;
  }

  #node(at: string): Node | null {
    const above = this.#path.dirname(at);
    const folder = above === at ? at : this.#resolve(above, 0);
    return (
      this.#nodes.get(this.#key(above === at ? at : this.#path.join(folder, this.#path.basename(at)))) ?? null
    );
  }

  #need(at: string): Node {
    const node = this.#node(at);
    if (node === null) throw systemError('ENOENT');
    return node;
  }

  #follow(at: string): Node | null {
    return this.#nodes.get(this.#key(this.#resolve(at, 0))) ?? null;
  }

  #resolve(at: string, links: number): string {
    if (links > 40) throw systemError('ELOOP');
    const above = this.#path.dirname(at);
    if (above === at) return at;
    const folder = this.#resolve(above, links);
    const here = this.#path.join(folder, this.#path.basename(at));
    const node = this.#nodes.get(this.#key(here));
    if (node?.kind !== 'link') return here;
    return this.#resolve(this.#path.resolve(folder, node.target), links + 1);
  }

  /** A path with the letters that its names were made with. */
  #spelled(at: string): string {
    const above = this.#path.dirname(at);
    if (above === at) return at;
    return this.#path.join(
      this.#spelled(above),
      this.#nodes.get(this.#key(at))?.name ?? this.#path.basename(at),
    );
  }

  #facts({ kind, mode, uid, gid, bytes, modifiedMs, device }: Node): FileFacts {
    return { kind, mode, uid, gid, size: bytes.length, modifiedMs, device };
  }

  #assertFolderAbove(at: string): void {
    const facts = this.lookThrough(this.#path.dirname(at));
    if (facts === null) throw systemError('ENOENT');
    if (facts.kind !== 'folder') throw systemError('ENOTDIR');
  }
}

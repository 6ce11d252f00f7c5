import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { relative, sep } from 'node:path';
import { build } from 'esbuild';
import { packageFolder } from './packages.mjs';
import { inProject, root } from './project.mjs';

/** @typedef {import('esbuild').Metafile} Metafile */
/** @typedef {{ path: string, contents: Uint8Array | string }} OutputFile `path` is relative to dist, with slashes */

const TARGET = 'node20.19';

/** What the bundle has something smaller for, and what. */
const STAND_INS = [
  { for: /^undici$/, use: 'undici.mjs' },
  { for: /^string-width$/, use: 'string-width.mjs' },
  // Another runtime's socket, and readers of conninfos and of .pgpass that are not asked: we have our own.
  { for: /^(?:pg-cloudflare|pg-connection-string|pgpass)$/, use: 'nothing.cjs' },
  { for: /^pg-types$/, use: 'pg-types.cjs' },
  { for: /platform-shims\/esm\.mjs$/, use: 'yargs-platform.mjs' },
];

/** What the executable has something else for: its files are inside it. */
const EMBEDDED = { for: /\/node-assets\.js$/, use: 'embedded-assets.mjs' };

/** @param {readonly { for: RegExp, use: string }[]} all @returns {import('esbuild').Plugin} */
const standIns = (all) => ({
  name: 'stand-ins',
  setup({ onResolve }) {
    for (const standIn of all) {
      onResolve({ filter: standIn.for }, () => ({ path: inProject('scripts', 'bundle', standIn.use) }));
    }
  },
});

/** @param {string} file */
const packageOf = (file) => packageFolder(relative(root, file).split(sep).join('/')) ?? '';

/**
 * `require` of Node's own modules, as undici has it, by process.getBuiltinModule: an ES module has no `require`.
 * And `process` is the global one, for an import of it makes Node open the standard streams.
 * @type {import('esbuild').Plugin}
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(node:.+|[a-z_0-9/]+)$/ }, ({ path, kind, importer }) => {
      const name = path.startsWith('node:') ? path : `node:${path}`;
      const isBuiltin = name === path || names.has(path);
      if (!isBuiltin || (kind !== 'require-call' && name !== 'node:process')) return null;
      // Each package its own: what two of them had in common would be one more file to load.
      return { path: name, namespace: 'builtin', suffix: `?${packageOf(importer)}` };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const value = path === 'node:process' ? 'process' : `process.getBuiltinModule(${JSON.stringify(path)})`;
      return { contents: `module.exports = ${value};` };
    });
  },
};

const CONSTANTS_BLOCK = /static \{\n((?:\t*this\.\w+ = (?:"[^"\n]*"|\w+);\n)+)\t*\}\n/g;

/**
 * What is changed in the text of packages on their way into the bundle.
 * In pkijs and asn1js every class sets its name in a static block, for which esbuild keeps all of them; as static
 * fields the same constants let it drop the classes that nothing uses, half of both packages.
 * yargs composes the help text after every command that ran, for a showHelp that may come later: none does.
 */
const EDITS = [
  {
    in: /[\\/](?:pkijs|asn1js)[\\/]build[\\/]index\.js$/,
    /** @param {string} source */
    edit: (source) =>
      source.replace(CONSTANTS_BLOCK, (_block, body) => body.replaceAll(/^(\t*)this\./gm, '$1static ')),
  },
  {
    in: /[\\/]yargs[\\/]build[\\/]lib[\\/]command\.js$/,
    /** @param {string} source */
    edit: (source) => source.replace('yargs.getInternalMethods().getUsageInstance().cacheHelpMessage();', ''),
  },
];

/** @type {import('esbuild').Plugin} */
const edits = {
  name: 'edits',
  setup({ onLoad }) {
    for (const { in: filter, edit } of EDITS) {
      onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = edit(source);
        if (contents === source) throw new Error(`${relative(root, path)} is no longer as it was: see EDITS`);
        return { contents };
      });
    }
  },
};

const ENTRIES = [{ cli: 'src/cli/main.ts' }, { index: 'src/index.ts' }];

/**
 * The product: two entries, and chunks that are loaded only when their `await import()` is reached. Each entry is a
 * build of its own, for what they had in common would else stand in files of its own, and every file more makes a
 * start slower; the packages' chunks come out the same in both and are there once. Nothing is written. Names of chunks
 * carry a hash of their content and paths are relative to the project, so the same sources give the same bytes.
 * @returns {Promise<{ files: OutputFile[], metafile: Metafile }>}
 */
export async function bundle() {
  const built = await Promise.all(ENTRIES.map(bundleOne));
  /** @type {Map<string, OutputFile>} */
  const files = new Map();
  for (const file of built.flatMap(({ files }) => files)) {
    const same = files.get(file.path);
    if (same !== undefined && same.contents !== file.contents)
      throw new Error(`two files are named ${file.path}`);
    files.set(file.path, file);
  }
  const inputs = Object.assign({}, ...built.map(({ metafile }) => metafile.inputs));
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  return { files: [...files.values()], metafile: { inputs, outputs } };
}

/** @satisfies {import('esbuild').BuildOptions} */
const SHARED = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  target: TARGET,
  // A third of a start is the compiling of this text, so there is as little of it as may be.
  minify: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
};

/** @param {Record<string, string>} entryPoints */
async function bundleOne(entryPoints) {
  const { outputFiles, metafile } = await build({
    ...SHARED,
    entryPoints,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    plugins: [standIns(STAND_INS), builtins, edits],
  });
  const files = outputFiles.map(({ path, text }) => {
    const name = relative(root, path).split(sep).join('/');
    return { path: name.replace(/^dist\//, ''), contents: complete(name, text) };
  });
  return { files, metafile };
}

/**
 * The command line as one CommonJS file, for the executable: a script in there can load nothing but what is Node's own.
 * @returns {Promise<{ contents: string, metafile: Metafile }>}
 */
export async function bundleStandalone() {
  const { outputFiles, metafile } = await build({
    ...SHARED,
    entryPoints: ['src/cli/main.ts'],
    format: 'cjs',
    // yargs makes a `require` by its own address; it asks it for nothing.
    banner: { js: "const selfUrl = require('node:url').pathToFileURL(process.execPath).href;" },
    define: { 'import.meta.url': 'selfUrl', 'import.meta.resolve': 'undefined' },
    logOverride: { 'empty-import-meta': 'error' },
    plugins: [standIns([...STAND_INS, EMBEDDED]), builtins, edits],
  });
  return { contents: complete('the executable', outputFiles.map(({ text }) => text).join('')), metafile };
}

/** @param {string} name @param {string} text */
function complete(name, text) {
  if (text.includes('Dynamic require of'))
    throw new Error(`${name} has a require that only fails when it is reached`);
  return text;
}

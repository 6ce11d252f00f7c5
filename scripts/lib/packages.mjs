import { readdirSync, readFileSync } from 'node:fs';
import { inProject } from './project.mjs';

/**
 * @typedef {object} BundledPackage
 * @property {string} name
 * @property {string} version
 * @property {string} license an SPDX expression
 * @property {string} licenseText
 * @property {string | null} integrity of its tarball, by package-lock.json
 * @property {readonly string[]} needs `NAME@VERSION` of the bundled packages that it imports
 */

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENSE = /^licen[cs]e(\.(md|txt))?$/i;

/** The package that a bundled file belongs to, by its folder; null for the project's own files. */
export const packageFolder = (/** @type {string} */ file) => PACKAGE.exec(file)?.[0] ?? null;

/** @param {{ name: string, version: string }} of */
export const idOf = ({ name, version }) => `${name}@${version}`;

/**
 * The packages of which at least one byte is in the bundle, each once, sorted by name and version.
 * @param {import('esbuild').Metafile} metafile
 * @returns {BundledPackage[]}
 */
export function bundledPackages(metafile) {
  const lock = readJson('package-lock.json').packages;
  const imports = importsByFolder(metafile);
  const described = new Map([...imports.keys()].map((folder) => [folder, describe(folder)]));
  /** @type {Map<string, BundledPackage>} */
  const byId = new Map();
  for (const [folder, facts] of described) {
    const id = idOf(facts);
    const needs = [...(imports.get(folder) ?? [])].flatMap((each) => {
      const other = described.get(each);
      return other === undefined || each === folder ? [] : [idOf(other)];
    });
    const all = new Set([...(byId.get(id)?.needs ?? []), ...needs]);
    byId.set(id, { ...facts, integrity: lock[folder]?.integrity ?? null, needs: [...all].sort() });
  }
  return [...byId.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/**
 * Every package's folder with the folders of the packages that its bundled files import.
 * @param {import('esbuild').Metafile} metafile
 */
function importsByFolder({ inputs, outputs }) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const output of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = packageFolder(file);
      if (folder === null || bytesInOutput === 0) continue;
      const imported = (inputs[file]?.imports ?? []).flatMap(({ path }) => packageFolder(path) ?? []);
      found.set(folder, new Set([...(found.get(folder) ?? []), ...imported]));
    }
  }
  return found;
}

/** @param {string} folder */
function describe(folder) {
  const { name, version, license } = readJson(`${folder}/package.json`);
  const file = readdirSync(inProject(folder)).find((entry) => LICENSE.test(entry));
  if (typeof license !== 'string' || file === undefined)
    throw new Error(`${folder} comes without its licence`);
  const licenseText = readFileSync(inProject(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return { name, version, license, licenseText };
}

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(inProject(path), 'utf8'));

/** By code units, so that the order is the same in every locale. */
const compare = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : a > b ? 1 : 0);

import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.mjs';
import { STAMP, sourcesDigest } from './fresh.mjs';
import { notices, sbom } from './notices.mjs';
import { bundledPackages } from './packages.mjs';
import { inProject } from './project.mjs';
import { emitTypes } from './types.mjs';

/**
 * Builds everything that goes into dist.
 * @param {string} into a folder, empty or not there yet
 * @returns {Promise<import('esbuild').Metafile>}
 */
export async function buildInto(into) {
  const [{ files, metafile }] = await Promise.all([bundle(), emitTypes(join(into, 'types'))]);
  const packages = bundledPackages(metafile);
  for (const { path, contents } of [
    ...files,
    { path: 'THIRD_PARTY_NOTICES.txt', contents: notices(packages) },
    { path: 'sbom.cdx.json', contents: sbom(packages) },
  ]) {
    const file = join(into, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path === 'cli.js' ? `#!/usr/bin/env node\n${contents}` : contents);
  }
  chmodSync(join(into, 'cli.js'), 0o755);
  return metafile;
}

/** Builds dist whole beside the old one, then puts it in its place. */
export async function buildDist() {
  const digest = sourcesDigest();
  mkdirSync(inProject('.cache'), { recursive: true });
  const staging = mkdtempSync(inProject('.cache', 'dist-'));
  try {
    await buildInto(join(staging, 'new'));
    rmSync(STAMP, { force: true });
    while (!replaceDist(staging)) rmSync(join(staging, 'old'), { recursive: true });
    writeFileSync(STAMP, digest);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * @param {string} staging
 * @returns {boolean} false where another build has put its own there in between
 */
function replaceDist(staging) {
  const dist = inProject('dist');
  try {
    if (existsSync(dist)) renameSync(dist, join(staging, 'old'));
    renameSync(join(staging, 'new'), dist);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code)))
      return false;
    throw error;
  }
}

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let folder: string | undefined;

/**
 * A file of the package itself, by its path in there with slashes. In the executable scripts/bundle/embedded-assets.mjs
 * stands in for this file.
 */
export function readAsset(name: string): Uint8Array {
  folder ??= packageFolder();
  return fs.readFileSync(path.join(folder, name));
}

/** The package's own folder: the nearest one above this file that holds the catalogue. */
function packageFolder(): string {
  let at = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(at, 'certs', 'manifest.json'))) {
    const above = path.dirname(at);
    if (above === at) throw new Error('the package is damaged: certs/manifest.json is missing');
    at = above;
  }
  return at;
}

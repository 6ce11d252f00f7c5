// Builds the package: node scripts/build.mjs [--out DIR [--metafile FILE]]
// Without --out it builds dist. --metafile writes esbuild's account of what went where.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/fresh.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' }, metafile: { type: 'string' } } });
await ensurePackages();
const { buildDist, buildInto } = await import('./lib/dist.mjs');
if (values.out === undefined) await buildDist();
else {
  const metafile = await buildInto(resolve(values.out));
  if (values.metafile !== undefined) writeFileSync(values.metafile, JSON.stringify(metafile));
}

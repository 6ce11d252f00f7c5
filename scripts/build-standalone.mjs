// npm run build:standalone [-- --out DIR]: the executables that need no Node, for Linux and Windows on x64, into
// .cache/dist-standalone or DIR.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/fresh.mjs';
import { inProject } from './lib/project.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
await ensurePackages();
const { buildStandalone } = await import('./lib/standalone.mjs');
await buildStandalone({ into: resolve(values.out ?? inProject('.cache', 'dist-standalone')) });

// Start-up costs as ratios to `node -e 0`: node scripts/bench.mjs [--rounds N] [--tolerance FACTOR]
// Each round times node and the command in turn, so that what else the machine does falls on both; the ratio is that
// of their medians. --tolerance widens the limits, for machines that others share. Exit code 1: over a limit.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { distIsFresh, ensurePackages } from './lib/fresh.mjs';
import { inProject } from './lib/project.mjs';
import { bareEnvironment, withTemporaryFolder } from './lib/temporary.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {readonly string[]} argv
 * @property {'empty' | 'installed'} home what each round finds
 * @property {number} limit
 */

/** @type {readonly Row[]} */
const ROWS = [
  { name: 'everything in place', argv: ['install'], home: 'installed', limit: 2.8 },
  { name: 'first install --offline', argv: ['install', '--offline'], home: 'empty', limit: 4.3 },
  { name: 'status', argv: ['status'], home: 'installed', limit: 2.8 },
];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '25' }, tolerance: { type: 'string', default: '1' } },
});
const rounds = Math.max(15, Number(values.rounds));
const tolerance = Number(values.tolerance);
if (!(tolerance >= 1) || !Number.isInteger(rounds)) {
  console.error('usage: node scripts/bench.mjs [--rounds N, at least 15] [--tolerance FACTOR, at least 1]');
  process.exit(2);
}

await ensurePackages();
if (!distIsFresh()) await (await import('./lib/dist.mjs')).buildDist();

const cli = inProject('dist', 'cli.js');
const over = await withTemporaryFolder((folder) => {
  const installed = join(folder, 'installed');
  mkdirSync(installed);
  milliseconds([cli, 'install', '--offline'], installed);
  print('', 'node', 'command', 'ratio', 'limit', '');
  return ROWS.filter((row) => {
    const homeOf = () => (row.home === 'installed' ? installed : mkdtempSync(join(folder, 'empty-')));
    const { base, command } = measure(row, homeOf);
    const limit = row.limit * tolerance;
    const isOver = command / base > limit;
    const cells = [
      `${base.toFixed(1)} ms`,
      `${command.toFixed(1)} ms`,
      (command / base).toFixed(2),
      limit.toFixed(2),
    ];
    print(row.name, ...cells, isOver ? 'OVER' : 'ok');
    return isOver;
  });
});
process.exitCode = over.length > 0 ? 1 : 0;

/** @param {Row} row @param {() => string} homeOf */
function measure(row, homeOf) {
  const base = [];
  const command = [];
  for (let round = -2; round < rounds; round += 1) {
    const home = homeOf();
    const pair = [milliseconds(['-e', '0'], home), milliseconds([cli, ...row.argv], home)];
    if (round < 0) continue; // warms the disk cache
    base.push(pair[0] ?? 0);
    command.push(pair[1] ?? 0);
  }
  return { base: median(base), command: median(command) };
}

/** @param {readonly string[]} argv @param {string} home */
function milliseconds(argv, home) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env: bareEnvironment(home), cwd: home });
  const spent = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${status}:\n${stderr}`);
  return spent;
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = 0, above = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (below + above) / 2;
}

/** @param {string} name @param {readonly string[]} cells */
function print(name, ...cells) {
  console.log(`${name.padEnd(26)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd());
}

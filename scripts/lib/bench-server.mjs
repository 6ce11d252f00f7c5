import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ensureParts } from '../test-parts.mjs';
import { inProject } from './project.mjs';

/**
 * A real PostgreSQL with a certificate of a test CA, by the tests' own harness.
 * @returns {Promise<{ port: number, rootPem: string, stop: () => Promise<void> }>}
 */
export async function startBenchServer() {
  await ensureParts();
  const harness = await loadHarness();
  const ca = harness.makeTestCa({ name: 'Bench CA', withIntermediate: true });
  const server = await harness.startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
  return { port: server.port, rootPem: ca.root.pem, stop: () => server.stop() };
}

/** The harness is TypeScript, and knows its neighbours by its own place. */
async function loadHarness() {
  const source = pathToFileURL(inProject('test', 'support', 'harness.ts')).href;
  const file = inProject('.cache', 'bench-harness.mjs');
  const { outputFiles } = await build({
    stdin: {
      contents: "export { startPostgres } from './postgres.js'; export { makeTestCa } from './test-ca.js';",
      resolveDir: inProject('test', 'support'),
      loader: 'ts',
    },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    define: { 'import.meta.url': JSON.stringify(source) },
    write: false,
  });
  mkdirSync(inProject('.cache'), { recursive: true });
  writeFileSync(file, outputFiles[0]?.text ?? '');
  return import(pathToFileURL(file).href);
}

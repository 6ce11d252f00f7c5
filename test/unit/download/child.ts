import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../../../src', import.meta.url));
const UNDICI = fileURLToPath(new URL('../../../node_modules/undici/index.js', import.meta.url));

export interface ChildResult {
  /** The body as text, or the number of acquired roots. */
  readonly value?: string | number;
  readonly error?: { readonly code: string; readonly message: string; readonly help: readonly string[] };
  readonly undiciLoaded: boolean;
}

export interface Child {
  /** Runs an expression with fetchSource and acquireRoots at hand, in a Node process of its own. */
  evaluate(expression: string, extraCa?: string): Promise<ChildResult>;
  remove(): void;
}

const MAIN = `
import { acquireRoots } from './download/acquire.js';
const fetchSource = async (...args) => (await import('./download/fetch-source.js')).fetchSource(...args);
const evaluate = new Function('fetchSource', 'acquireRoots', 'return ' + process.argv[2]);
const result = await evaluate(fetchSource, acquireRoots).then(
  (value) => ({ value: value instanceof Uint8Array ? Buffer.from(value).toString() : value.acquired.length }),
  ({ code, message, help }) => ({ error: { code, message, help } }),
);
console.log(JSON.stringify({ ...result, undiciLoaded: globalThis.undiciLoaded === true }));
`;

/** Bundles this room as the build does, in lazy chunks: only a new process reads NODE_EXTRA_CA_CERTS. */
export async function buildChild(): Promise<Child> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-root-cert-'));
  await build({
    stdin: { contents: MAIN, resolveDir: SOURCES, sourcefile: 'main.ts', loader: 'ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: {
      js: "import { createRequire as bannerRequire } from 'node:module'; globalThis.require ??= bannerRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'note-undici',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'noted' }));
          onLoad({ filter: /.*/, namespace: 'noted' }, () => ({
            contents: `globalThis.undiciLoaded = true; export { request, EnvHttpProxyAgent } from ${JSON.stringify(UNDICI)};`,
            resolveDir: SOURCES,
          }));
        },
      },
    ],
  });
  return {
    evaluate: async (expression, extraCa) => {
      const env: NodeJS.ProcessEnv = { PATH: process.env.PATH };
      if (extraCa !== undefined) {
        env.NODE_EXTRA_CA_CERTS = join(folder, 'extra.pem');
        writeFileSync(env.NODE_EXTRA_CA_CERTS, extraCa);
      }
      const argv = [join(folder, 'stdin.mjs'), expression];
      const { stdout, stderr } = await run(process.execPath, argv, { env, timeout: 10_000 });
      if (stderr !== '') throw new Error(stderr);
      return JSON.parse(stdout);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

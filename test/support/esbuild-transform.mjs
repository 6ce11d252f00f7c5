import { transformSync } from 'esbuild';

export default {
  /** @param {string} source @param {string} sourcefile */
  process: (source, sourcefile) =>
    transformSync(source, { sourcefile, loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline' }),
};

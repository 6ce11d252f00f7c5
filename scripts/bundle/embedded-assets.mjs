// What the executable has in place of src/core/node-assets.ts: the package's files are inside it.
import { getAsset } from 'node:sea';

/**
 * @param {string} name
 * @returns {Uint8Array}
 */
export const readAsset = (name) => new Uint8Array(getAsset(name));

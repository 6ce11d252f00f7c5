/** The client of node-postgres, as a chunk of its own. Not its index, which brings a pool and the native client along. */
export { default as Client } from 'pg/lib/client.js';

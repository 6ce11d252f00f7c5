/** The parts of undici that are used, as a chunk of its own: it takes its time to load, and only a download needs it. */
export { EnvHttpProxyAgent, request } from 'undici';

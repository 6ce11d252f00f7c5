/**
 * What only some runs need, as one chunk that is loaded when it is asked for. One and not several: for every chunk more,
 * what it shares with the command line would stand in a file of its own, which each start would have to load.
 */
export { clientsHere } from '../clients/clients.js';
export { explain } from '../explain/explain.js';
export { runAudit } from './audit.js';
export { impactsOf, runDoctor } from './doctor.js';
export { runExport } from './export.js';
export { clientLines } from './render/clients.js';
export { runRotate } from './rotate.js';
export { runScan } from './scan.js';
export { runScript } from './script.js';
export { runSnippet } from './snippet.js';
export { runUndo } from './undo.js';

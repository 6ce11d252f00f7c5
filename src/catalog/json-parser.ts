/** The parts of jsonc-parser that are used, as a chunk of its own: only a site's catalogue needs them. */
export { parseTree, printParseErrorCode, visit } from 'jsonc-parser';

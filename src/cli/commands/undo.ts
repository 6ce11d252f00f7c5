import type { Command } from '../command.js';
import { DRY_RUN, FILE, TIMEOUT } from '../options.js';

export const undo: Command = {
  name: 'undo',
  summary: 'Put back what the last change replaced',
  options: { file: FILE, 'dry-run': DRY_RUN, timeout: TIMEOUT },
  examples: [
    ['$0 undo', 'the last change; once more for the one before'],
    ['$0 undo --dry-run', 'see first what would come back'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runUndo(context, args),
};

import type { Command } from '../command.js';
import { audit } from './audit.js';
import { catalog } from './catalog.js';
import { completion } from './completion.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { exportCommand } from './export.js';
import { install } from './install.js';
import { remove } from './remove.js';
import { rotate } from './rotate.js';
import { scan } from './scan.js';
import { script } from './script.js';
import { snippet } from './snippet.js';
import { status } from './status.js';
import { undo } from './undo.js';
import { verify } from './verify.js';

/** All commands in the order of the help; the first is the one meant where none is named. */
export const COMMANDS = [
  install,
  status,
  verify,
  remove,
  undo,
  doctor,
  rotate,
  audit,
  catalog,
  explain,
  exportCommand,
  script,
  snippet,
  scan,
  completion,
] as const satisfies readonly Command[];

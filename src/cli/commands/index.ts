import type { Group } from '../render/help.js';
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

/** All commands as help lists them; the first of all is the one meant where none is named. */
export const GROUPS: readonly Group[] = [
  { title: 'The file root.crt', commands: [install, status, verify, remove, undo] },
  { title: 'A connection that fails', commands: [doctor, explain] },
  { title: 'Roots and clients', commands: [catalog, snippet, exportCommand] },
  { title: 'Many machines, and servers', commands: [rotate, scan, audit, script] },
  { title: 'Your shell', commands: [completion] },
];

export const COMMANDS = GROUPS.flatMap(({ commands }) => commands);

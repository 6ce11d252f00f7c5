import { type Check, found } from '../check.js';
import { concernsTls } from '../connection.js';

export const rootPermissions: Check = {
  id: 'root-permissions',
  title: 'can only you change root.crt?',
  needs: [],
  applies: ({ evidence }) => evidence.files.root.kind === 'present' && concernsTls(evidence),
  run: ({ permissions }) => found(...permissions),
};

import { type Check, found } from '../check.js';
import { concernsTls } from '../connection.js';

/** The last of them for programs from macOS's Dock: were it for this one, the file would not be the default. */
const ABOUT_HOMES: ReadonlySet<string> = new Set([
  'home-mismatch',
  'misplaced-root-crt',
  'env-overrides-root-crt',
]);

/** What `locate` has noticed; of no concern where the settings name a file. */
export const home: Check = {
  id: 'home',
  title: 'do all clients of this user look in the same home?',
  needs: [],
  applies: ({ evidence }) => {
    const { root } = evidence.files;
    return concernsTls(evidence) && (root.kind === 'no-home' || ('isDefault' in root && root.isDefault));
  },
  run: ({ location }) => found(...location.findings.filter(({ code }) => ABOUT_HOMES.has(code))),
};

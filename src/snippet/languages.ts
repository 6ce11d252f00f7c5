import { erb } from './quoting.js';
import type { Language } from './types.js';

/** How each kind of text is commented. */
export const SHELL: Language = { name: 'shell', comment: '# ' };
export const DOTENV: Language = { name: 'dotenv', comment: '# ' };
export const SERVICE_FILE: Language = { name: 'ini', comment: '# ' };
export const ODBC_INI: Language = { name: 'ini', comment: '; ' };
export const PROPERTIES: Language = { name: 'properties', comment: '# ' };
/** A dialog: `Field: value` lines to be typed in. */
export const FIELDS: Language = { name: 'fields', comment: '# ' };
export const JSON_FILE: Language = { name: 'json', comment: null };
export const PYTHON: Language = { name: 'python', comment: '# ' };
export const R: Language = { name: 'r', comment: '# ' };
export const JAVASCRIPT: Language = { name: 'javascript', comment: '// ' };
export const TYPESCRIPT: Language = { name: 'typescript', comment: '// ' };
export const CSHARP: Language = { name: 'csharp', comment: '// ' };
export const GO: Language = { name: 'go', comment: '// ' };
export const RUST: Language = { name: 'rust', comment: '// ' };
export const PHP: Language = {
  name: 'php',
  comment: '// ',
  opening: '<?php',
  inComment: (text) => text.replaceAll('?>', '? >'),
};
export const RUBY: Language = { name: 'ruby', comment: '# ' };
export const RAILS_YAML: Language = { name: 'yaml', comment: '# ', inComment: erb };

import { DOTNET } from './patterns-dotnet.js';
import { GO, RUST } from './patterns-go-rust.js';
import { JAVA } from './patterns-java.js';
import { LIBPQ_FILES } from './patterns-libpq.js';
import { LIBPQ_SERVER, LIBPQ_SETTINGS } from './patterns-libpq-server.js';
import { OPENSSL } from './patterns-openssl.js';
import { NODE, PYTHON } from './patterns-scripting.js';
import { SERVER } from './patterns-server.js';
import type { Pattern } from './types.js';

/** Every known text. Where two match the same words, the earlier one has them. */
export const PATTERNS: readonly Pattern[] = [
  ...LIBPQ_FILES,
  ...LIBPQ_SETTINGS,
  ...LIBPQ_SERVER,
  ...SERVER,
  ...NODE,
  ...PYTHON,
  ...JAVA,
  ...DOTNET,
  ...GO,
  ...RUST,
  ...OPENSSL,
];

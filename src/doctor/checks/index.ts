import type { Check } from '../check.js';
import { admission } from './admission.js';
import { chainEnd } from './chain-end.js';
import { chainSound } from './chain-sound.js';
import { clientCertificate } from './client-certificate.js';
import { clientFiles } from './client-files.js';
import { crlLoaded } from './crl-loaded.js';
import { handshake } from './handshake.js';
import { home } from './home.js';
import { hostName } from './host-name.js';
import { impostor } from './impostor.js';
import { override } from './override.js';
import { plainText } from './plain-text.js';
import { reachable } from './reachable.js';
import { requireVerifies } from './require-verifies.js';
import { revocation } from './revocation.js';
import { rootFile } from './root-file.js';
import { rootInUse } from './root-in-use.js';
import { rootPermissions } from './root-permissions.js';
import { serverDates } from './server-dates.js';
import { sslmode } from './sslmode.js';
import { systemRoot } from './system-root.js';
import { tlsOffered } from './tls-offered.js';
import { versions } from './versions.js';

/** In the order of a connection; a check may rest on what those before it have found. */
export const CHECKS: readonly Check[] = [
  systemRoot,
  reachable,
  tlsOffered,
  handshake,
  clientFiles,
  rootFile,
  rootPermissions,
  impostor,
  serverDates,
  revocation,
  chainEnd,
  chainSound,
  hostName,
  rootInUse,
  crlLoaded,
  clientCertificate,
  admission,
  plainText,
  override,
  home,
  requireVerifies,
  sslmode,
  versions,
];

import type { Catalog } from '../catalog/types.js';
import { distinct } from '../core/distinct.js';
import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import type { Accepted } from '../install/accept.js';
import { installEdit } from '../install/edits.js';
import { FILE_LIMIT } from '../install/limits.js';
import { ownFolderOf } from '../install/own-folder.js';
import { resolveSafely } from '../install/safe-path.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { verifyRoot } from '../x509/verify.js';

/**
 * The roots that root.crt holds. They are trusted already, so no pin is asked for; but only what libpq itself anchors
 * at is taken, and nothing that has expired: Java takes every certificate of a store for an anchor, intermediates and
 * expired ones too.
 *
 * @throws PgRootCertError `root-crt-missing`, `root-crt-unparsable`, `root-crt-no-root`, `unsafe-path` or a file error
 */
export async function rootsOfRootCrt(
  host: Host,
  catalog: Catalog,
  path: string,
): Promise<{ accepted: readonly Accepted[]; findings: readonly Finding[] }> {
  const accepted: Accepted[] = [];
  const findings: Finding[] = [];
  for (const certificate of certificatesOf(host, path)) {
    const why = await reasonToSkip(host, catalog, certificate);
    if (why === null) {
      accepted.push({ certificate, root: catalog.bySha256(certificate.sha256), source: 'file' });
    } else {
      findings.push(skipped(path, certificate, why));
    }
  }
  if (accepted.length > 0) return { accepted, findings };
  throw new PgRootCertError('root-crt-no-root', `${path} holds no root that could be exported`, {
    help: ['name what to export: pg-root-cert catalog'],
    findings,
    path,
  });
}

function certificatesOf(host: Host, path: string): Certificate[] {
  const at = resolveSafely(host, path, ownFolderOf(host, path));
  if (at.facts === null) {
    throw new PgRootCertError('root-crt-missing', `no source was named, and ${path} does not exist`, {
      help: ['name what to export (pg-root-cert catalog)', 'or install it first: pg-root-cert install NAME'],
      path,
    });
  }
  const bytes = onFile('read', at.real, () => host.files.read(at.real, FILE_LIMIT));
  const { certificates, problem } = readBundle(bytes);
  if (problem !== null) installEdit(path, [], false)(bytes);
  return distinct(certificates);
}

type Reason = 'not a root' | 'expired';

/** What the catalogue pins is what it should be; the rest is looked at as a source would be. */
async function reasonToSkip(host: Host, catalog: Catalog, certificate: Certificate): Promise<Reason | null> {
  const now = host.now();
  if (!certificate.selfIssued) return 'not a root';
  if (certificate.notAfter <= now) return 'expired';
  if (catalog.bySha256(certificate.sha256) !== null) return null;
  const faults = await verifyRoot(certificate.der, now);
  const notSelfSigned = [
    'not-a-certificate',
    'not-self-signed',
    'unsupported-algorithm',
    'signature-invalid',
  ];
  return faults.some((fault) => notSelfSigned.includes(fault)) ? 'not a root' : null;
}

function skipped(path: string, certificate: Certificate, why: Reason): Finding {
  const name = `"${printable(certificate.name)}" in ${path}`;
  const notes = [
    'Java and .NET take every certificate of a store for one to trust',
    `its SHA-256 is ${certificate.sha256}`,
  ];
  if (why === 'not a root') {
    return finding('certificate-skipped', `${name} was left out: it is not signed by itself`, { notes });
  }
  const day = certificate.notAfter.toISOString().slice(0, 10);
  return finding('stale-root', `${name} was left out: it expired on ${day}`, { notes });
}

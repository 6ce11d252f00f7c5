import type { Inspection } from '../../inspect/inspect.js';

/** The JSON fields that `status` and `verify` share. */
export function inspectionDocument({ path, exists, certificates }: Inspection) {
  return {
    path,
    exists,
    certificates: certificates.map(({ certificate, root, providers, state, standing }) => ({
      sha256: certificate.sha256,
      subject: certificate.subject,
      issuer: certificate.issuer,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      id: root?.id ?? null,
      providers,
      state,
      successors: standing.successions.map(({ name, there, missing, isComplete }) => ({
        name,
        installed: isComplete,
        roots: [...there, ...missing].map(({ id }) => id),
      })),
    })),
  };
}

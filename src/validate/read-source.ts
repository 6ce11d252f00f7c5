import { distinct } from '../core/distinct.js';
import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { readBundle } from '../x509/bundle.js';
import type { BundleProblem, Certificate } from '../x509/types.js';
import { recognise } from './recognise.js';
import { type Source, sourceName } from './source.js';

/**
 * Every certificate of a source, each once, in the source's order. How the blocks are wrapped, joined or encoded is
 * no matter here, for a fingerprint vouches for what is in them. But a source with a block that is lost is refused
 * even if the others can be read: it is not what somebody published, and which root is missing is not to be found
 * out on the day when it is needed.
 * @throws {PgRootCertError} `download-not-a-certificate`
 */
export function readSource({ bytes, label }: Pick<Source, 'bytes' | 'label'>): readonly Certificate[] {
  const { certificates, problem, salvageable } = readBundle(bytes);
  if (certificates.length === 0) throw notACertificate(bytes, label, problem);
  if (!salvageable) throw damaged(label, problem, certificates.length);
  return distinct(certificates);
}

/** OpenSSL's reason where it tells which block is at fault; of a file without any it says nothing new. */
function whereOf(problem: BundleProblem | null): string {
  if (problem === null || problem.line === null) return '';
  return ` (line ${problem.line}: ${printable(problem.reason)})`;
}

function damaged(label: string, problem: BundleProblem | null, readable: number): PgRootCertError {
  const count = readable === 1 ? 'one certificate' : `${readable} certificates`;
  return new PgRootCertError(
    'download-not-a-certificate',
    `${sourceName(label)} is damaged: ${count} can be read, and more that cannot${whereOf(problem)}`,
    { help: ['get the file again, or keep only the certificate that is needed'] },
  );
}

function notACertificate(bytes: Uint8Array, label: string, problem: BundleProblem | null): PgRootCertError {
  const { what, help } = recognise(bytes);
  const fact = what === 'empty' ? 'is empty' : `is ${what}, not a certificate`;
  return new PgRootCertError(
    'download-not-a-certificate',
    `${sourceName(label)} ${fact}${whereOf(problem)}`,
    { help: [help ?? 'give a root certificate in PEM or DER: the provider of the server has it'] },
  );
}

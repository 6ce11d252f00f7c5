import { certificatesOf, type PemReading, readPem, toText } from './pem.js';
import { salvage } from './salvage.js';
import type { Bundle, Segment } from './types.js';

export { formatPem } from './certificate.js';
export { type Merged, mergeBundle, type Refused, type Removed, removeFromBundle } from './merge.js';

/** root.crt as libpq sees it. Never throws, whatever the bytes. */
export function readBundle(bytes: Uint8Array): Bundle {
  const text = toText(bytes);
  const reading = readPem(text);
  if (reading.problem !== null) {
    const { certificates, complete } = salvage(bytes);
    const segments: Segment[] = text === '' ? [] : [{ kind: 'text', raw: text }];
    return { segments, certificates, problem: reading.problem, salvageable: complete };
  }
  return {
    segments: segmentsOf(text, reading),
    certificates: certificatesOf(reading),
    problem: null,
    salvageable: true,
  };
}

function segmentsOf(text: string, reading: PemReading): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const addText = (end: number): void => {
    if (end > at) segments.push({ kind: 'text', raw: text.slice(at, end) });
  };
  for (const { start, end, line, label, certificate } of reading.blocks) {
    addText(start);
    const raw = text.slice(start, end);
    segments.push(
      certificate === null
        ? { kind: 'other', raw, label, line }
        : { kind: 'certificate', raw, certificate, line },
    );
    at = end;
  }
  addText(text.length);
  return segments;
}

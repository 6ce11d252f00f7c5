import fc from 'fast-check';
import { certificatePem, ROOT_FILES } from './root-files.js';

export const POOL: readonly string[] = [
  'isrg-root-x2',
  'digicert-global-root-g3',
  'gts-root-r4',
  'amazon-root-ca-3',
  'isrg-root-ye',
].map(certificatePem);

const LINE_ENDS = ['\n', '\r\n', '\r'] as const;
const BOM = '\xef\xbb\xbf';

const comment = fc.string({ maxLength: 40 }).map((text) => `# ${text.replace(/[\r\n]/g, ' ')}`);
const section = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...POOL).map((pem) => pem.trimEnd().split('\n')) },
  { weight: 1, arbitrary: comment.map((line) => [line]) },
  { weight: 1, arbitrary: fc.constant(['']) },
);

/** Certificates and comments with LF, CRLF, CR or all of them, perhaps a BOM, perhaps no newline at the end. */
export const orderlyFile: fc.Arbitrary<string> = fc
  .record({
    lines: fc.array(section, { maxLength: 6 }).map((sections) => sections.flat()),
    ends: fc.oneof(
      ...LINE_ENDS.map((end) => fc.constant([end])),
      fc.array(fc.constantFrom(...LINE_ENDS), { minLength: 2, maxLength: 12 }),
    ),
    hasBom: fc.boolean(),
    hasLastEnd: fc.boolean(),
  })
  .map(({ lines, ends, hasBom, hasLastEnd }) => {
    const text = lines.map((line, i) => line + (ends[i % ends.length] ?? '\n')).join('');
    return (hasBom ? BOM : '') + (hasLastEnd ? text : text.replace(/[\r\n]+$/, ''));
  });

const SCRAPS = [
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  ' ',
  '\t',
  '\0',
  '\x0b',
  '\x1a',
  '\x80',
  '\xff\xfe',
  BOM,
  '-',
  '--',
  '-----',
  '=',
  '==',
  ':',
  '# one\n',
  'X: y\n',
  'AAAA',
  'x'.repeat(254),
  ' '.repeat(254),
  ' '.repeat(229),
  '-----BEGIN ',
  '-----END ',
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '-----BEGIN X-----\n',
  '-----END X-----\n',
  '\\n',
  'CERTIFICATE',
  'TRUSTED ',
  'X509 ',
  'PRIVATE KEY',
  'Proc-Type: 4,ENCRYPTED\n',
] as const;

type Damage = (text: string, place: number, scrap: string) => string;

const DAMAGES: readonly Damage[] = [
  (text, place, scrap) => text.slice(0, place) + scrap + text.slice(place),
  (text, place, scrap) => text.slice(0, place) + text.slice(place + scrap.length),
  (text, place) => text.slice(0, place),
  (text, place) => text.slice(0, lineStart(text, place)) + text.slice(lineEnd(text, place)),
  (text, place) => text.slice(0, lineEnd(text, place)) + text.slice(lineStart(text, place)),
  (text, place, scrap) => text.slice(0, lineStart(text, place)) + scrap + text.slice(lineStart(text, place)),
  (text, place, scrap) =>
    text.slice(0, lineEnd(text, place) - 1) + scrap + text.slice(lineEnd(text, place) - 1),
  (text, place) => text.slice(0, lineEnd(text, place) - 1) + text.slice(lineEnd(text, place)),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\r'),
  (text) => text.replaceAll(/-----\n(?=[A-Za-z])/g, '-----\n\n'),
  (text, place, scrap) => text.slice(place) + scrap + text.slice(0, place),
];

const lineStart = (text: string, place: number): number => text.lastIndexOf('\n', place - 1) + 1;
function lineEnd(text: string, place: number): number {
  const at = text.indexOf('\n', place);
  return at === -1 ? text.length : at + 1;
}

/** A file that was once read and has been spoilt in a few places. */
export const damagedFile: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...POOL, ...ROOT_FILES.map((file) => file.text)), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.array(
      fc.tuple(
        fc.constantFrom(...DAMAGES),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...SCRAPS),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([texts, damages]) =>
    damages.reduce(
      (text, [damage, place, scrap]) => damage(text, Math.floor(place * text.length), scrap),
      texts.join(''),
    ),
  );

import { type Asn1, constructed, elementsOf, latin1Of, malformed, onlyOf } from './asn1.js';
import { canonicalName } from './distinguished-name.js';

/** RFC 5280, 4.2.1.6: the choices of GeneralName by their tag's number. */
export const NAME_TYPE = { other: 0, email: 1, dns: 2, directory: 4, uri: 6, ip: 7 } as const;

export interface GeneralName {
  /** 0 to 8. */
  readonly type: number;
  readonly content: Uint8Array;
  /** What two of them have in common if they are the same: the canonical form for a directory name. */
  readonly key: string;
}

/** What is inside a GeneralNames, whatever tag it has. */
export const generalNamesIn = (content: Uint8Array): GeneralName[] => elementsOf(content).map(generalName);

/** otherName, x400Address, directoryName and ediPartyName are constructed; the others are not. */
const TAGS = [0xa0, 0x81, 0x82, 0xa3, 0xa4, 0xa5, 0x86, 0x87, 0x88];

export function generalName(element: Asn1): GeneralName {
  if (!TAGS.includes(element.tag)) malformed('no kind of general name');
  const type = element.tag & 0x1f;
  const { content } = element;
  const isDirectory = element.tag === constructed(NAME_TYPE.directory);
  const key = isDirectory ? canonicalName(onlyOf(content)) : latin1Of(element.raw);
  return { type, content, key: `${type}:${key}` };
}

/** The canonical form of a directory name; null for any other. */
export const directoryName = (name: GeneralName): string | null =>
  name.type === NAME_TYPE.directory ? name.key.slice(name.key.indexOf(':') + 1) : null;

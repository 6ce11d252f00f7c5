import type { Catalog } from '../catalog/types.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Change } from '../install/change.js';
import { mixes } from '../install/effects.js';
import type { Certificate } from '../x509/types.js';

/** Public and private roots share a file, and did not before: whoever verifies less than host names trusts too much. */
export function widenedFindings(catalog: Catalog, { path, added, kept }: Change): Finding[] {
  const isPublic = (each: Certificate): boolean => catalog.bySha256(each.sha256)?.publicCa ?? false;
  if (!mixes([...kept, ...added], isPublic) || mixes(kept, isPublic)) return [];
  return [
    finding('public-root-widens-trust', `${path} holds public and private roots side by side`, {
      notes: [
        'sslmode verify-ca and require do not look at the host name',
        'so they now accept, for your private servers too, any host with a public certificate',
      ],
      help: [
        help('use sslmode=verify-full with this file'),
        help('or give the public roots a file of their own: another --out', [], 'review'),
      ],
    }),
  ];
}

import { attempt } from '../x509/asn1.js';
import { decrypt } from './encryption.js';
import { entriesOf } from './entries.js';
import { Budget, MOST_ENTRIES } from './limits.js';
import { formsOf, type PasswordForms } from './password.js';
import { type Part, type Pfx, passwordOf, readPfx } from './pfx.js';
import { type Bags, readBags } from './safe-bags.js';
import type { StoreFault, StoreReading } from './types.js';

/** A store that was read, with what is needed to add to it. */
export interface OpenedPkcs12 {
  readonly pfx: Pfx | null;
  readonly password: PasswordForms | null;
  /** The parts that could be read, in the store's order. */
  readonly parts: readonly { readonly part: Part; readonly bags: Bags }[];
  readonly fault: StoreFault | null;
}

/**
 * Reads a PKCS#12 store with the first of these passwords that fits it. What is not encrypted is read in any case.
 * Never throws, whatever the bytes.
 */
export function openPkcs12(bytes: Uint8Array, passwords: readonly string[]): OpenedPkcs12 {
  const pfx = attempt(() => readPfx(bytes)) ?? { fault: 'damaged' as const };
  if ('fault' in pfx) return { pfx: null, password: null, parts: [], fault: pfx.fault };
  const budget = new Budget();
  const candidates = passwords.flatMap(formsOf);
  const { mac } = pfx;
  const checked = mac === null ? null : passwordOf({ ...pfx, mac }, candidates, budget);
  const known = checked === null || 'fault' in checked ? null : checked;
  const faults: (StoreFault | null)[] = [checked !== null && 'fault' in checked ? checked.fault : null];

  // Without a MAC the password is the one that the first encrypted part opens with.
  let password = known;
  const parts: { part: Part; bags: Bags }[] = [];
  let held = 0;
  for (const part of pfx.parts) {
    const tried = password === null ? (mac === null ? candidates : []) : [password];
    const read = attempt(() => readPart(part, tried, budget)) ?? { fault: 'damaged' as const };
    if ('fault' in read) {
      // A MAC that fits proves password and content: then this part has another password of its own.
      faults.push(read.fault === 'password' && known !== null ? 'unsupported' : read.fault);
      continue;
    }
    password ??= read.password;
    held += read.bags.certificates.length;
    if (held > MOST_ENTRIES) {
      faults.push('too-costly');
      break;
    }
    parts.push({ part, bags: read.bags });
    if (!read.bags.complete) faults.push('unsupported');
  }
  return { pfx, password, parts, fault: faults.find((fault) => fault !== null) ?? null };
}

type PartRead =
  | { readonly bags: Bags; readonly password: PasswordForms | null }
  | { readonly fault: StoreFault };

function readPart(part: Part, passwords: readonly PasswordForms[], budget: Budget): PartRead {
  if (part.kind === 'plain') return { bags: readBags(part.content), password: null };
  if (part.kind === 'other') return { fault: 'unsupported' };
  let fault: StoreFault = 'password';
  for (const password of passwords) {
    const decrypted = decrypt(part.algorithm, part.content, password, budget);
    if ('fault' in decrypted) {
      fault = decrypted.fault;
      if (fault !== 'password') break;
      continue;
    }
    // A wrong password may leave good padding by chance, but no bags.
    const bags = attempt(() => readBags(decrypted.plain));
    if (bags !== null) return { bags, password };
  }
  return { fault };
}

export function pkcs12Reading({ pfx, password, parts, fault }: OpenedPkcs12): StoreReading {
  const held = parts.flatMap(({ bags }) => bags.certificates);
  return {
    format: 'pkcs12',
    ...entriesOf(
      held.map(({ trusted, hasKey, ...bag }) => ({
        ...bag,
        use: trusted ? 'trusted' : hasKey ? 'key' : 'other',
      })),
    ),
    fault,
    encrypted: pfx?.parts.some(({ kind }) => kind !== 'plain') ?? false,
    password: password?.text ?? null,
  };
}

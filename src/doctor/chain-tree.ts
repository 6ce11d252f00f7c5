import { printable } from '../core/printable.js';
import type { Certificate } from '../x509/types.js';
import { faultGroup, isJudged } from './chain-facts.js';
import type { CheckContext } from './check.js';
import { commonNameIn } from './issuer-hints.js';
import { anchorsOf } from './judged-chain.js';
import type { ChainEnd } from './recognise.js';
import { dayOf, endOf } from './remedies.js';

/** One certificate between the server and the root that the chain ends at. */
export interface ChainEntry {
  readonly certificate: Certificate;
  readonly role: 'leaf' | 'intermediate' | 'root';
  readonly sentByServer: boolean;
  readonly inRootCrt: boolean;
  /** Of the catalogue. */
  readonly id: string | null;
}

/** The chain, the server's own first, up to the root where that is known, sent or not. Empty where none was seen. */
export function chainEntries(context: CheckContext): readonly ChainEntry[] {
  const { chain, evidence, catalog } = context;
  if (chain === null) return [];
  const sent = new Set(chain.sent.map(({ sha256 }) => sha256));
  const held = new Set(anchorsOf(evidence).map(({ sha256 }) => sha256));
  return pathToRoot(context).map((certificate, at) => ({
    certificate,
    role: at === 0 ? 'leaf' : certificate.selfIssued ? 'root' : 'intermediate',
    sentByServer: sent.has(certificate.sha256),
    inRootCrt: held.has(certificate.sha256),
    id: catalog.bySha256(certificate.sha256)?.id ?? null,
  }));
}

/** A chain that libpq has built stands as it is; any other is completed from the catalogue. */
function pathToRoot(context: CheckContext): readonly Certificate[] {
  const path = context.chain?.path ?? [];
  const end = context.chain?.trusted ? null : endOf(context);
  if (end?.kind !== 'known') return path;
  const upTo = path.slice(0, end.at + 1);
  return upTo.at(-1)?.sha256 === end.certificate.sha256 ? upTo : [...upTo, end.certificate];
}

/** A line of the drawing; `broken` is the link that libpq refuses, marked in the text, too. */
export interface TreeLine {
  readonly text: string;
  readonly broken: boolean;
}

/** The chain as a tree for a terminal, the root on top. Marks nothing where libpq does not verify. */
export function drawChain(context: CheckContext): readonly TreeLine[] {
  const entries = chainEntries(context);
  const [first] = entries;
  if (first === undefined) return [];
  const breaks = breakOf(context, entries);
  const end = endOf(context);
  const unsent =
    end?.kind === 'unsent' && context.chain?.trusted !== true
      ? [`"${printable(commonNameIn(end.issuer))}" (not sent, not known)`]
      : [];
  const links = [...unsent, ...entries.toReversed().map((entry) => textOf(entry, breaks))];
  const places = [...unsent.map(() => entries.length), ...entries.map((_, at) => entries.length - 1 - at)];
  return links.map((link, depth) => {
    const broken = places[depth] === breaks?.at;
    return {
      text: `${broken ? '×' : ' '} ${'   '.repeat(Math.max(0, depth - 1))}${depth > 0 ? '└─ ' : ''}${link}`,
      broken,
    };
  });
}

interface Break {
  /** The place in the entries; one past them for an issuer that was not sent. */
  readonly at: number;
  readonly sha256: string | null;
  readonly why: string;
}

function breakOf(context: CheckContext, entries: readonly ChainEntry[]): Break | null {
  const fault = context.chain?.fault ?? null;
  if (fault === null || !isJudged(context)) return null;
  if (faultGroup(fault) !== 'no-anchor') {
    return {
      at: fault.depth,
      sha256: fault.certificate.sha256,
      why: whyBroken(fault.kind, fault.reason, fault.certificate),
    };
  }
  const end: ChainEnd | null = endOf(context);
  const at = end?.kind === 'unsent' ? entries.length : entries.length - 1;
  const why = end?.kind === 'impostor' ? 'a known name with another key' : '';
  return { at, sha256: entries[at]?.certificate.sha256 ?? null, why };
}

function whyBroken(kind: string, reason: string, { notAfter, notBefore }: Certificate): string {
  if (kind === 'expired') return `expired on ${dayOf(notAfter)}`;
  return kind === 'not-yet-valid' ? `not valid before ${dayOf(notBefore)}` : reason;
}

const ROLES = { leaf: 'server', intermediate: 'intermediate', root: 'root' } as const;

function textOf(
  { certificate, role, sentByServer, inRootCrt, id }: ChainEntry,
  breaks: Break | null,
): string {
  const facts = [
    ROLES[role],
    ...(sentByServer ? [] : ['not sent']),
    ...(inRootCrt ? ['in root.crt'] : role === 'root' ? ['not in root.crt'] : []),
    ...(id === null ? [] : [id]),
    ...(breaks !== null && breaks.why !== '' && breaks.sha256 === certificate.sha256 ? [breaks.why] : []),
  ];
  return `"${printable(certificate.name, 100)}" (${facts.join(', ')})`;
}

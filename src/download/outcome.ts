import type { CatalogRoot } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { redactUrl } from '../core/redact.js';
import { listed } from '../core/words.js';
import type { Certificate } from '../x509/types.js';

/** A root that could not be had by download, and why. */
export interface Miss {
  readonly root: CatalogRoot;
  /** null where no address is known. */
  readonly url: string | null;
  readonly code: 'download-failed' | 'download-not-a-certificate' | 'embedded-copy';
  readonly fact: string;
  readonly help: readonly string[];
}

/** Another certificate at the address than the pinned one. */
export interface Alarm {
  readonly root: CatalogRoot;
  readonly url: string;
  readonly found: readonly Certificate[];
}

const LISTED = 4;
const NO_DOWNLOAD_HELP = ['without a download: --offline', 'from a copy of certs/: --mirror URL'];
const ALARM_HELP = [
  "compare both fingerprints with the provider's own page before anything is trusted",
  'if the provider has changed its root, a newer pg-root-cert knows it; --offline installs the pinned one',
];

/** One warning (or, for roots without an address, one info) per cause and host: the embedded copies stood in. */
export function missFindings(misses: readonly Miss[]): Finding[] {
  return grouped(misses).map((group) =>
    finding(group[0].code, missMessage(group), {
      notes: [
        ...missNotes(group),
        `the copy inside the catalogue was used: ${listed(rootIds(group), LISTED)}`,
      ],
      help: missHelp(group).map((text) => help(text)),
    }),
  );
}

/** The error for the gravest miss, where nothing may stand in for a download; null without a miss. */
export function missError(misses: readonly Miss[]): PgRootCertError | null {
  const groups = grouped(misses);
  const worst = groups.find(([{ code }]) => code === 'download-not-a-certificate') ?? groups[0];
  if (worst === undefined) return null;
  const code = worst[0].code === 'embedded-copy' ? 'download-failed' : worst[0].code;
  return new PgRootCertError(code, missMessage(worst), {
    help: [...missHelp(worst), 'without --require-download, the copy inside the package stands in'],
  });
}

/** The error for the first alarm; the others go along as findings. */
export function alarmError(first: Alarm, others: readonly Alarm[]): PgRootCertError {
  const findings = others.map((alarm) =>
    finding('fingerprint-mismatch', alarmMessage(alarm), {
      help: ALARM_HELP.map((text) => help(text, [], 'review')),
    }),
  );
  return new PgRootCertError('fingerprint-mismatch', alarmMessage(first), {
    help: ALARM_HELP,
    findings,
  });
}

function alarmMessage({ root, url, found }: Alarm): string {
  const certificates = found.map(({ sha256, subject }) => `${sha256} ("${printable(subject)}")`);
  return `another certificate than ${root.id} is at ${redactUrl(url)}: expected SHA-256 ${root.sha256}, found ${listed(certificates, LISTED)}`;
}

type Group = readonly [Miss, ...Miss[]];

function grouped(misses: readonly Miss[]): Group[] {
  const groups = new Map<string, [Miss, ...Miss[]]>();
  for (const miss of misses) {
    const key = JSON.stringify([miss.code, miss.url === null ? null : hostOf(miss.url), miss.fact]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [miss]);
    else group.push(miss);
  }
  return [...groups.values()];
}

function missMessage(group: Group): string {
  const [{ code, fact, url }] = group;
  if (url === null) return `no download address is known for ${listed(rootIds(group), LISTED)}`;
  const urls = addresses(group);
  const place = urls.length === 1 ? redactUrl(url) : `${urls.length} files from ${hostOf(url)}`;
  return code === 'download-not-a-certificate'
    ? `there is ${fact} at ${place}`
    : `could not download ${place}: ${fact}`;
}

function missNotes(group: Group): string[] {
  const urls = addresses(group);
  return urls.length > 1 ? [`the addresses: ${listed(urls, LISTED)}`] : [];
}

function missHelp([{ code, help: own }]: Group): readonly string[] {
  if (code === 'embedded-copy') return [];
  const cause =
    code === 'download-not-a-certificate'
      ? ['log in to the network first, if it asks for that in a browser']
      : own;
  return [...cause, ...NO_DOWNLOAD_HELP];
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : redactUrl(url));

const rootIds = (group: Group): string[] => group.map(({ root }) => root.id);

const addresses = (group: Group): string[] => [
  ...new Set(group.flatMap(({ url }) => (url === null ? [] : [redactUrl(url)]))),
];

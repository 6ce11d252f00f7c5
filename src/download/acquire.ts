import type { CatalogRoot } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import { redactUrl } from '../core/redact.js';
import { type Answer, openDownloads } from './fetch-bytes.js';
import { judgeFile } from './judge.js';
import { type Alarm, alarmError, type Miss, missError, missFindings } from './outcome.js';
import type { AcquiredRoot, AcquireOptions, Acquisition } from './types.js';

const AT_ONCE = 6;

/**
 * The bytes of catalogue roots, in the given order: downloaded, or the embedded copy with a finding that says why.
 * Roots that share an address take one request. A site's own root has no address unless its catalogue gives one.
 * @throws {PgRootCertError} `fingerprint-mismatch` where an address holds other certificates than the pinned
 *   ones, whatever became of the rest; with `requireDownload`, `download-not-a-certificate` or `download-failed`
 *   instead of the first embedded copy; `usage` for options that cannot be.
 */
export async function acquireRoots(
  roots: readonly CatalogRoot[],
  options: AcquireOptions,
): Promise<Acquisition> {
  const { catalog, offline, requireDownload } = options;
  const mirror = options.mirror === undefined ? null : readMirror(options.mirror);
  if (offline && requireDownload) {
    throw new PgRootCertError('usage', '--offline and --require-download exclude each other');
  }
  const embedded = (root: CatalogRoot): AcquiredRoot => ({
    root,
    der: catalog.der(root),
    source: 'embedded',
  });
  if (offline) return { acquired: roots.map(embedded), findings: [] };

  const address = (root: CatalogRoot): string | null => addressOf(root, mirror);
  const urls = [...new Set(roots.map(address))].filter((url) => url !== null);
  const answers = await download(urls, options);
  const judges = new Map(
    [...answers].map(([url, answer]) => {
      const expected = [...roots, ...catalog.roots].filter((root) => address(root) === url);
      return [url, judgeAnswer(url, answer, expected)];
    }),
  );
  const outcomes = roots.map((root) => (judges.get(address(root) ?? '') ?? noAddress)(root));

  const misses = outcomes.flatMap((outcome) => ('code' in outcome ? [outcome] : []));
  const [alarm, ...alarms] = outcomes.flatMap((outcome) => ('found' in outcome ? [outcome] : []));
  if (alarm !== undefined) throw alarmError(alarm, alarms);
  const error = requireDownload ? missError(misses) : null;
  if (error !== null) throw error;
  const acquired = outcomes.map((outcome) => ('der' in outcome ? outcome : embedded(outcome.root)));
  return { acquired, findings: missFindings(misses) };
}

function readMirror(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new PgRootCertError('usage', `--mirror is not an http or https address: ${redactUrl(text)}`, {
    help: ['name the address of a copy of certs/: --mirror https://HOST/certs'],
  });
}

function addressOf(root: CatalogRoot, mirror: URL | null): string | null {
  if (mirror === null || (root.origin === 'site' && root.officialUrl === null)) return root.officialUrl;
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(root.id)}.pem`;
  return url.href;
}

async function download(
  urls: readonly string[],
  { host, timeoutMs, onProgress }: AcquireOptions,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  if (urls.length === 0) return answers;
  const downloads = openDownloads({ env: host.env, timeoutMs });
  const waiting = urls.values();
  const work = async (): Promise<void> => {
    for (const url of waiting) {
      answers.set(url, await downloads.get(url));
      onProgress?.({ url: redactUrl(url), done: answers.size, total: urls.length });
    }
  };
  try {
    onProgress?.({ url: null, done: 0, total: urls.length });
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await downloads.close();
  }
  return answers;
}

function judgeAnswer(
  url: string,
  answer: Answer,
  expected: readonly CatalogRoot[],
): (root: CatalogRoot) => AcquiredRoot | Miss | Alarm {
  if ('failure' in answer) return (root) => ({ root, url, code: 'download-failed', ...answer.failure });
  const judge = judgeFile(answer.bytes, expected);
  return (root) => {
    const verdict = judge(root);
    switch (verdict.kind) {
      case 'found':
        return { root, der: verdict.der, source: 'download' };
      case 'other':
        return { root, url, found: verdict.found };
      case 'no-certificate':
        return { root, url, code: 'download-not-a-certificate', fact: verdict.fact, help: [] };
      case 'gone':
        return { root, url, code: 'download-failed', fact: 'no longer in that file', help: [] };
    }
  };
}

function noAddress(root: CatalogRoot): Miss {
  return { root, url: null, code: 'embedded-copy', fact: '', help: [] };
}

// Compares the catalogue with what the issuers publish: fetches every official URL of certs/manifest.json and
// prints, root by root, whether the pinned certificate is still there. It changes nothing: a new pin is a person's
// decision. docs/catalogue.md says how to go on from a difference.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EnvHttpProxyAgent, request } from 'undici';

const USAGE = `usage: node scripts/update-catalog.mjs [--base URL] [--timeout SECONDS]

  --base URL         fetch URL/HOST/PATH in place of each https://HOST/PATH; plain http only on this machine
  --timeout SECONDS  for each address, redirects included (default 20)

exit code: 0 all the same, 1 some difference, 2 wrong usage, 3 no difference but some address unreachable
`;

const SIZE_LIMIT = 512 * 1024;
const REDIRECT_LIMIT = 3;
const AT_ONCE = 4;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @typedef {{ id: string, sha256: string, subject: string, status: string, officialUrl: string | null }} Root */
/** @typedef {{ certificates: X509Certificate[] } | { unreachable: string }} Answer */
/** @typedef {'same' | 'difference' | 'unreachable'} Verdict */

class Unreachable extends Error {}

/** @param {unknown} error */
const reason = (error) => {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
};

/** @param {X509Certificate} certificate */
const sha256 = (certificate) => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** @param {string} date */
const day = (date) => new Date(date).toISOString().slice(0, 10);

/** @param {URL} url @param {URL | null} base */
const permitted = (url, base) =>
  url.protocol === 'https:' || (base?.protocol === 'http:' && LOOPBACK.includes(url.hostname));

/** @param {import('undici').Dispatcher.ResponseData['body']} body */
async function readLimited(body) {
  const parts = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > SIZE_LIMIT) throw new Unreachable(`more than ${SIZE_LIMIT} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/**
 * @param {string} address
 * @param {{ base: URL | null, timeoutMs: number }} options
 */
async function download(address, { base, timeoutMs }) {
  const official = new URL(address);
  let url =
    base === null
      ? official
      : new URL(`${base.pathname.replace(/\/$/, '')}/${official.host}${official.pathname}`, base);
  const signal = AbortSignal.timeout(timeoutMs);
  const dispatcher = base === null ? { dispatcher: new EnvHttpProxyAgent() } : {};
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects++) {
    if (!permitted(url, base)) throw new Unreachable(`leads to ${url.href}, which is not https`);
    const { statusCode, headers, body } = await request(url, { signal, ...dispatcher });
    const { location } = headers;
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      await body.dump();
      url = new URL(location, url);
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      throw new Unreachable(`HTTP ${statusCode}`);
    }
    return readLimited(body);
  }
  throw new Unreachable(`more than ${REDIRECT_LIMIT} redirects`);
}

/**
 * The certificates in a PEM file or bundle, or in a DER file; none where the bytes are something else.
 * @param {Buffer} bytes
 */
function certificatesIn(bytes) {
  const blocks = bytes.toString('latin1').match(PEM_BLOCK);
  try {
    return (blocks ?? [bytes]).map((one) => new X509Certificate(one));
  } catch {
    return [];
  }
}

/**
 * @param {string} address
 * @param {{ base: URL | null, timeoutMs: number }} options
 * @returns {Promise<Answer>}
 */
async function ask(address, options) {
  try {
    return { certificates: certificatesIn(await download(address, options)) };
  } catch (error) {
    return { unreachable: reason(error) };
  }
}

/** @param {X509Certificate} certificate */
const description = (certificate) => [
  `subject  ${certificate.subject.split('\n').reverse().join(', ')}`,
  `SHA-256  ${sha256(certificate)}`,
  `valid    ${day(certificate.validFrom)} to ${day(certificate.validTo)}`,
];

/**
 * What an address's answer says of the roots pinned there. An expired root may be gone from its address.
 * @param {readonly Root[]} roots those with this address
 * @param {Answer} answer
 * @param {ReadonlySet<string>} pins of the whole catalogue
 * @returns {{ verdict: Verdict, lines: string[] }[]} one for each root, then one for each unknown certificate
 */
function compare(roots, answer, pins) {
  if ('unreachable' in answer) {
    return roots.map(({ id }) => ({
      verdict: 'unreachable',
      lines: [`? ${id}: address unreachable: ${answer.unreachable}`],
    }));
  }
  const there = new Set(answer.certificates.map(sha256));
  const strangers = answer.certificates.filter((certificate) => !pins.has(sha256(certificate)));
  const [only] = strangers;
  const replaced = only !== undefined && answer.certificates.length === 1 && roots.length === 1;

  /** @param {Root} root @returns {{ verdict: Verdict, lines: string[] }} */
  const judge = ({ id, sha256: pin, status }) => {
    if (there.has(pin)) return { verdict: 'same', lines: [`= ${id}: same`] };
    if (status === 'expired')
      return { verdict: 'same', lines: [`= ${id}: gone from there, as it has expired`] };
    if (there.size === 0)
      return { verdict: 'difference', lines: [`! ${id}: no certificate at that address`] };
    if (replaced)
      return {
        verdict: 'difference',
        lines: [`! ${id}: another certificate there`, ...indent(description(only))],
      };
    return { verdict: 'difference', lines: [`- ${id}: not at that address any more`] };
  };
  const judged = roots.map(judge);
  if (replaced) return judged;
  return [
    ...judged,
    ...strangers.map((certificate) => ({
      verdict: /** @type {const} */ ('difference'),
      lines: ['+ a certificate which the catalogue does not have', ...indent(description(certificate))],
    })),
  ];
}

/** @param {string[]} lines */
const indent = (lines) => lines.map((line) => `    ${line}`);

/** @param {string[]} argv */
function settings(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      base: { type: 'string' },
      timeout: { type: 'string', default: '20' },
      help: { type: 'boolean' },
    },
  });
  const base = values.base === undefined ? null : new URL(values.base);
  if (base !== null && !permitted(base, base)) throw new Error(`--base ${base.href} is not https`);
  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= 600))
    throw new Error(`--timeout ${values.timeout} is not 1 to 600 seconds`);
  return { help: values.help ?? false, base, timeoutMs: seconds * 1000 };
}

/** @param {ReturnType<typeof settings>} options */
async function run(options) {
  /** @type {{ roots: Root[] }} */
  const { roots } = JSON.parse(readFileSync(new URL('../certs/manifest.json', import.meta.url), 'utf8'));
  const pins = new Set(roots.map((root) => root.sha256));
  /** @type {Map<string, Root[]>} */
  const byAddress = new Map();
  for (const root of roots) {
    if (root.officialUrl === null)
      console.log(`no official address\n  = ${root.id}: nothing to compare with`);
    else byAddress.set(root.officialUrl, [...(byAddress.get(root.officialUrl) ?? []), root]);
  }

  const counts = { same: 0, difference: 0, unreachable: 0 };
  const addresses = [...byAddress];
  for (let i = 0; i < addresses.length; i += AT_ONCE) {
    const some = addresses.slice(i, i + AT_ONCE);
    const answers = await Promise.all(
      some.map(async ([address, there]) => compare(there, await ask(address, options), pins)),
    );
    some.forEach(([address], j) => {
      console.log(address);
      for (const { verdict, lines } of answers[j] ?? []) {
        counts[verdict] += 1;
        for (const line of lines) console.log(`  ${line}`);
      }
    });
  }
  console.log(
    `${counts.same} same, ${counts.difference} different, ${counts.unreachable} unreachable; no pin was changed`,
  );
  return counts.difference > 0 ? 1 : counts.unreachable > 0 ? 3 : 0;
}

/** @param {string[]} argv */
async function main(argv) {
  let options;
  try {
    options = settings(argv);
  } catch (error) {
    process.stderr.write(`${reason(error)}\n\n${USAGE}`);
    return 2;
  }
  if (!options.help) return run(options);
  process.stdout.write(USAGE);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

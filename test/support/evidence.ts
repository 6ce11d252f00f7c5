import { fitsPattern } from '../../src/catalog/hosts.js';
import { subjectKeyIdOf } from '../../src/catalog/key-id.js';
import type { Catalog, CatalogRoot, Provider, RootStatus } from '../../src/catalog/types.js';
import type { CheckContext } from '../../src/doctor/check.js';
import type { ClientCertificate, CrlFiles, Evidence, RootFile, SslMode } from '../../src/doctor/evidence.js';
import { judgeChain } from '../../src/doctor/judged-chain.js';
import { verdict } from '../../src/doctor/verdict.js';
import type { HostSpec } from '../../src/postgres/host-list.js';
import type { Handshake, SslAnswer, Startup } from '../../src/postgres/probe-types.js';
import type { Origin, Setting } from '../../src/postgres/settings.js';
import { readBundle } from '../../src/x509/bundle.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { type Crl, parseCrl } from '../../src/x509/crl.js';
import type { Certificate } from '../../src/x509/types.js';
import type { TestCertificate } from './make-certs.js';

export const ROOT_CRT = '/home/ana/.postgresql/root.crt';
export const HOST = 'db.example.com';
export const ADDRESS = '192.0.2.7';

export const SCRAM: Startup = { kind: 'authentication', method: 'scram-sha-256' };

/** An ErrorResponse to the start-up packet. */
export const serverError = (sqlstate: string, message: string): Startup => ({
  kind: 'error',
  error: { severity: 'FATAL', sqlstate, message, detail: null, hint: null },
});

/** What a target is like; by default all is well with verify-full, and plain text was not tried. */
export interface Scenario {
  readonly major?: number;
  readonly sslmode?: SslMode;
  readonly now?: Date;
  readonly host?: Partial<HostSpec>;
  readonly address?: string;
  /** More settings: the value as the conninfo gives it, or with its origin. */
  readonly settings?: Readonly<Record<string, string | readonly [value: string, origin: Origin]>>;
  /** The certificates of root.crt; null: there is none. */
  readonly root?: readonly TestCertificate[] | RootFile | null;
  readonly crls?: readonly Uint8Array[];
  readonly crl?: Partial<CrlFiles>;
  readonly client?: Partial<ClientCertificate>;
  /** What the server sends, its own certificate first. */
  readonly chain?: readonly TestCertificate[];
  readonly answer?: SslAnswer;
  readonly handshake?: Handshake;
  readonly startup?: Startup | null;
  readonly plain?: Startup | null;
  readonly connectErrno?: string;
  readonly lookupErrno?: string;
  readonly catalog?: Catalog;
  /** For other majors the same evidence is judged again. */
  readonly otherMajors?: readonly number[];
  readonly context?: Partial<CheckContext>;
}

export const certificateOf = ({ der }: TestCertificate): Certificate => {
  const certificate = parseCertificate(der);
  if (certificate === null) throw new Error('not a certificate');
  return certificate;
};

export function makeEvidence(scenario: Scenario): Evidence {
  const { major = 16, sslmode = 'verify-full', now = new Date(), address = ADDRESS } = scenario;
  const spec: HostSpec = {
    host: HOST,
    hostaddr: null,
    secret: false,
    isDefault: false,
    unixSocket: false,
    port: 5432,
    problem: null,
    ...scenario.host,
  };
  const handshake = scenario.handshake ?? shake(scenario.chain ?? []);
  const answer = scenario.answer ?? { kind: 'S' };
  const begun = answer.kind === 'S' || answer.kind === 'direct';
  const startup = scenario.startup === undefined ? SCRAM : scenario.startup;
  const probe = {
    address,
    port: spec.port ?? 5432,
    connectErrno: scenario.connectErrno ?? null,
    tls:
      scenario.connectErrno === undefined
        ? { answer, handshake: begun ? handshake : null, startup: begun && handshake.ok ? startup : null }
        : null,
    plain: scenario.plain ?? null,
  };
  const reached = scenario.lookupErrno === undefined;
  const root = rootFile(scenario.root ?? null);
  return {
    major,
    sslmode,
    now,
    windows: false,
    settings: settingsOf({
      sslmode,
      ...(spec.host === null ? {} : { host: spec.host }),
      ...scenario.settings,
    }),
    files: { root, crl: crlFiles(scenario, root), client: { ...NO_CLIENT, ...scenario.client } },
    hosts: [
      {
        spec,
        addresses: reached ? [address] : [],
        lookupErrno: scenario.lookupErrno ?? null,
        probes: reached ? [probe] : [],
      },
    ],
  };
}

export function makeContext(scenario: Scenario): CheckContext {
  const evidence = makeEvidence(scenario);
  return {
    evidence,
    verdict: verdict(evidence),
    otherVerdicts: (scenario.otherMajors ?? []).map((major) => ({
      major,
      verdict: verdict({ ...evidence, major }),
    })),
    catalog: scenario.catalog ?? makeCatalog({}),
    catalogFile: null,
    chain: judgeChain(evidence),
    location: { defaultPath: ROOT_CRT, findings: [] },
    permissions: [],
    warnDays: 90,
    ...scenario.context,
  };
}

const shake = (chain: readonly TestCertificate[]): Handshake => ({
  ok: true,
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: null,
  chain: chain.map(({ der }) => der),
  clientCertificateRequested: false,
});

function settingsOf(given: NonNullable<Scenario['settings']>): ReadonlyMap<string, Setting> {
  return new Map(
    Object.entries(given).map(([name, each]) => {
      const [value, origin] = typeof each === 'string' ? [each, 'conninfo' as const] : each;
      return [name, { value, origin, secret: false }];
    }),
  );
}

/** A root.crt of this text, as it would be found at the default place. */
export function rootFileOf(text: string, path = ROOT_CRT): RootFile {
  const bundle = readBundle(Buffer.from(text, 'latin1'));
  const reason = bundle.problem?.reason ?? null;
  return {
    kind: 'present',
    path,
    isDefault: path === ROOT_CRT,
    bundle,
    reason,
    loads: reason === null,
    facts: null,
  };
}

function rootFile(root: NonNullable<Scenario['root']> | null): RootFile {
  if (root === null) return { kind: 'absent', path: ROOT_CRT, isDefault: true };
  return 'kind' in root ? root : rootFileOf(root.map(({ pem }) => pem).join(''));
}

function crlFiles({ crls = [], crl }: Scenario, root: RootFile): CrlFiles {
  const loaded = crls.map(parseCrl).filter((each): each is Crl => each !== null);
  const active = loaded.length > 0 && root.kind === 'present' && root.loads;
  const path = '/home/ana/.postgresql/root.crl';
  const file = { path, isDefault: true, present: crls.length > 0, der: false };
  return { file, folder: null, loaded, active, ...crl };
}

const NO_CLIENT: ClientCertificate = {
  certPath: '/home/ana/.postgresql/postgresql.crt',
  keyPath: '/home/ana/.postgresql/postgresql.key',
  certificate: null,
  identity: null,
  refusal: null,
  code: null,
};

/** A client certificate that libpq would send. */
export const clientOf = (cert: TestCertificate): Partial<ClientCertificate> => ({
  certificate: certificateOf(cert),
  identity: { cert: cert.pem, key: cert.privateKeyPem },
});

export interface TestCatalogRoot {
  readonly certificate: TestCertificate;
  readonly status?: RootStatus;
  readonly publicCa?: boolean;
}

/** A catalogue of these roots, by id. */
export function makeCatalog(
  roots: Readonly<Record<string, TestCatalogRoot>>,
  providers: readonly Provider[] = [],
): Catalog {
  const known = Object.entries(roots).map(
    ([id, { certificate, status = 'current', publicCa = true }]): CatalogRoot => {
      const { name, subject, notBefore, notAfter, sha256, der } = certificateOf(certificate);
      return {
        id,
        name,
        sha256,
        sha1: '0'.repeat(40),
        subject,
        serial: '01',
        notBefore: notBefore.toISOString(),
        notAfter: notAfter.toISOString(),
        keyType: 'EC-P256',
        status,
        publicCa,
        officialUrl: null,
        subjectKeyId: subjectKeyIdOf(der),
        note: '',
        origin: 'embedded',
      };
    },
  );
  const root = (id: string): CatalogRoot | null => known.find((each) => each.id === id) ?? null;
  const provider = (id: string): Provider | null => providers.find((each) => each.id === id) ?? null;
  return {
    roots: known,
    providers,
    root,
    provider,
    rootsOf: ({ roots: ids }) => ids.flatMap((id) => root(id) ?? []),
    bySha256: (sha256) => known.find((each) => each.sha256 === sha256) ?? null,
    resolve: () => null,
    providersOf: ({ id }) => providers.filter((each) => each.roots.includes(id)),
    formerProvidersOf: ({ id }) => providers.filter((each) => each.formerly.includes(id)),
    forHost: (host) =>
      providers.find(({ hosts }) => hosts.some((pattern) => fitsPattern(host, pattern))) ?? null,
    nearest: () => [],
    der: ({ id }) => roots[id]?.certificate.der ?? new Uint8Array(),
  };
}

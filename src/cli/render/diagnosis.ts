import type { Finding } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { chainEntries, drawChain } from '../../doctor/chain-tree.js';
import type { CheckContext } from '../../doctor/check.js';
import type { Diagnosis } from '../../doctor/diagnose.js';
import { SSL_MODES } from '../../doctor/evidence.js';
import type { Settings } from '../../postgres/settings.js';
import type { Paint } from './paint.js';
import { wrap } from './wrap.js';

const HIDDEN = '***';
/** Parameters that are told even where nothing gives them. */
const ALWAYS = ['host', 'hostaddr', 'port', 'user', 'dbname', 'sslmode', 'sslrootcert', 'sslcrl'];

/** The JSON of one target. */
export function diagnosisDocument(diagnosis: Diagnosis, fixed: readonly Finding[]) {
  if (diagnosis.kind === 'refused') {
    const { libpqMessage, settings } = diagnosis;
    const refused = { connects: false, libpqMessage };
    const modes = Object.fromEntries(SSL_MODES.map((sslmode) => [sslmode, refused]));
    return {
      target: settings === null ? null : targetDocument(settings, null),
      verdict: { ...refused, stage: 'settings', modes },
      chain: [],
      findings: [],
      fixed: [],
    };
  }
  const { context, checked } = diagnosis;
  const { connects, stage, libpqMessage, modes } = context.verdict;
  return {
    target: targetDocument(context.evidence.settings, context),
    verdict: { connects, stage, libpqMessage, modes },
    chain: chainEntries(context).map(({ certificate, role, sentByServer, inRootCrt, id }) => ({
      sha256: certificate.sha256,
      subject: certificate.subject,
      issuer: certificate.issuer,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      role,
      sentByServer,
      inRootCrt,
      id,
    })),
    findings: checked.findings,
    fixed,
  };
}

/** Every parameter with its value and origin; passwords and keys as `***`. */
function targetDocument(settings: Settings, context: CheckContext | null) {
  const shown = [...settings].map(
    ([name, { value, secret }]) => [name, secret && value !== '' ? HIDDEN : value] as const,
  );
  const origins = [...settings].map(([name, { origin }]) => [name, origin] as const);
  const root = context?.evidence.files.root;
  const byDefault =
    root !== undefined &&
    (root.kind === 'present' || root.kind === 'absent') &&
    !settings.get('sslrootcert')?.value;
  return {
    ...Object.fromEntries(ALWAYS.map((name) => [name, null])),
    ...Object.fromEntries(shown),
    ...(byDefault ? { sslrootcert: root.path } : {}),
    origin: { ...Object.fromEntries(origins), ...(byDefault ? { sslrootcert: 'default' } : {}) },
  };
}

/** The name of a target for people: its hosts and ports. */
export function targetName(diagnosis: Diagnosis): string {
  if (diagnosis.kind === 'refused') return 'this target';
  const { hosts } = diagnosis.context.evidence;
  const names = hosts.map(({ spec }) => {
    const host = spec.secret ? HIDDEN : printable(spec.host ?? spec.hostaddr ?? 'localhost');
    return spec.unixSocket || spec.port === null ? host : `${host}:${spec.port}`;
  });
  return names.join(', ');
}

const ANSWER = { true: 'yes', false: 'no', null: '?' } as const;
const answer = (connects: boolean | null) => ANSWER[`${connects}`];

export function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  if (diagnosis.kind === 'refused') {
    return `${paint.red('not ok')}: libpq refuses these settings:\n${indented(diagnosis.libpqMessage)}`;
  }
  const { context } = diagnosis;
  const { verdict, evidence } = context;
  const name = targetName(diagnosis);
  const libpq = `libpq ${evidence.major}`;
  const mode = `sslmode=${evidence.sslmode}`;
  const headline =
    verdict.connects === null
      ? `${paint.yellow('unknown')}: whether ${libpq} would connect to ${name} with ${mode}`
      : verdict.connects
        ? `${paint.green('ok')}: ${libpq} connects to ${name} with ${mode}`
        : `${paint.red('not ok')}: ${libpq} does not connect to ${name} with ${mode}, and says:`;
  return [
    headline,
    ...(verdict.libpqMessage === null || verdict.connects
      ? []
      : [indented(printableLines(verdict.libpqMessage))]),
    ...chainLines(context, paint),
    '',
    wrap(
      'by sslmode: ',
      SSL_MODES.map((sslmode) => `${sslmode} ${answer(verdict.modes[sslmode].connects)}`).join(', '),
      paint.columns,
    ),
    ...(diagnosis.checked.findings.length > 0 ? [''] : []),
  ].join('\n');
}

function chainLines(context: CheckContext, paint: Paint): string[] {
  const lines = drawChain(context);
  if (lines.length === 0) return [];
  return ['', ...lines.map(({ text, broken }) => (broken ? paint.red(text) : text))];
}

const printableLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line, 500))
    .join('\n');

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

/** One line of the table for many targets. */
export interface Row {
  readonly name: string;
  readonly connects: boolean | null;
  readonly codes: readonly string[];
}

export function tableText(rows: readonly Row[], paint: Paint): string {
  const wide = Math.min(48, Math.max(6, ...rows.map(({ name }) => name.length)));
  const unhealthy = rows.filter(({ connects, codes }) => connects === false || codes.length > 0).length;
  return [
    paint.bold(`${'target'.padEnd(wide)}  connects  what is wrong`),
    ...rows.map(({ name, connects, codes }) => {
      const told = answer(connects).padEnd(8);
      const colour = connects === null ? paint.yellow : connects ? paint.green : paint.red;
      return `${name.padEnd(wide)}  ${colour(told)}  ${codes.join(', ')}`.trimEnd();
    }),
    '',
    unhealthy === 0
      ? `${paint.green('ok')}: ${rows.length} targets`
      : `${paint.red('not ok')}: ${unhealthy} of ${rows.length} targets`,
  ].join('\n');
}

import { commandText } from '../../core/command-line.js';
import { printable } from '../../core/printable.js';
import { wrap } from '../../core/wrap.js';
import { chainEntries, drawChain } from '../../doctor/chain-tree.js';
import type { CheckContext } from '../../doctor/check.js';
import type { Diagnosis } from '../../doctor/diagnose.js';
import { SSL_MODES } from '../../doctor/evidence.js';
import type { Examined } from '../../doctor/examine.js';
import { inOneLine } from '../../doctor/verdict-texts.js';
import { HIDDEN } from '../../postgres/refusal.js';
import type { Settings } from '../../postgres/settings.js';
import type { Paint } from './paint.js';

/** Parameters that are told even where nothing gives them. */
const ALWAYS = ['host', 'hostaddr', 'port', 'user', 'dbname', 'sslmode', 'sslrootcert', 'sslcrl'];

/** The JSON of one target. */
export function diagnosisDocument({ diagnosis, mended }: Examined) {
  const fixed = mended?.findings ?? [];
  if (diagnosis.kind === 'refused') {
    const { libpqMessage, settings } = diagnosis;
    const refused = { connects: false, libpqMessage };
    const modes = Object.fromEntries(SSL_MODES.map((sslmode) => [sslmode, refused]));
    return {
      target: settings === null ? null : targetDocument(settings, null),
      verdict: { ...refused, stage: 'settings', modes },
      chain: [],
      findings: [],
      fixed,
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
    ...(mended === null ? {} : { leftAlone: mended.because }),
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
  const says = verdict.libpqMessage === null ? ': it waits without end' : ', and says:';
  const errors = diagnosis.checked.findings.some(({ severity }) => severity === 'error');
  const careful = errors ? paint.yellow('careful') : paint.green('ok');
  const headline =
    verdict.connects === null
      ? `${paint.yellow('unknown')}: whether ${libpq} would connect to ${name} with ${mode}`
      : verdict.connects
        ? `${careful}: ${libpq} connects to ${name} with ${mode}${errors ? ', but see below' : ''}`
        : `${paint.red('not ok')}: ${libpq} does not connect to ${name} with ${mode}${says}`;
  const modes = SSL_MODES.map((sslmode) => `${sslmode} ${answer(verdict.modes[sslmode].connects)}`);
  const unknown = SSL_MODES.some((sslmode) => verdict.modes[sslmode].connects === null);
  return [
    headline,
    ...(verdict.libpqMessage === null || verdict.connects
      ? []
      : [indented(printableLines(verdict.libpqMessage))]),
    ...chainLines(context, paint),
    '',
    wrap('settings: ', settingsOf(evidence.settings), paint.columns),
    wrap(
      'by sslmode: ',
      `${modes.join(', ')}${unknown ? ' (?: not tried, these settings do not allow it)' : ''}`,
      paint.columns,
    ),
    ...(diagnosis.checked.findings.length > 0 ? [''] : []),
  ].join('\n');
}

const ORIGINS = { conninfo: null, service: 'service file', env: 'environment', default: 'default' } as const;

/** What the target is made of, each with where it comes from unless that is the conninfo; defaults only of sslmode. */
function settingsOf(settings: Settings): string {
  const shown = [...settings].filter(
    ([name, { value, origin }]) => value !== '' && (origin !== 'default' || name === 'sslmode'),
  );
  return shown
    .map(([name, { value, origin, secret }]) => {
      const from = ORIGINS[origin];
      return `${name}=${secret ? HIDDEN : printable(value, 100)}${from === null ? '' : ` (${from})`}`;
    })
    .join(', ');
}

/** What `--fix` did, and what it left alone. */
export function mendedLines({ mended }: Examined, paint: Paint): string[] {
  if (mended === null) return [];
  const { before, change, protectedKey, narrowed, findings, because } = mended;
  const wrote = change !== null || protectedKey !== null || narrowed.length > 0;
  const takeBack = (argv: readonly string[]): string =>
    paint.dim(`  take it back: ${commandText(argv, paint.windows)}`);
  const verdict = before.kind === 'refused' ? null : before.context.verdict;
  const said = verdict?.connects ? 'it connected' : (verdict?.libpqMessage ?? 'not known');
  const undoable =
    change !== null && (change.added.length > 0 || change.removed.length > 0 || change.backup !== null);
  return [
    ...(wrote ? [`before: ${printable(inOneLine(said), 300)}`] : []),
    ...(change === null ? [] : [`${paint.green('mended')}: ${change.path}`]),
    ...(undoable ? [takeBack(['pg-root-cert', 'undo', '--file', change.path])] : []),
    ...(protectedKey === null ? [] : [`${paint.green('mended')}: ${protectedKey} is its owner's alone now`]),
    ...narrowed.flatMap(({ path, takeBack: argv }) => [
      `${paint.green('mended')}: ${path} is yours, SYSTEM's and the Administrators' alone now`,
      takeBack(argv),
    ]),
    ...[...new Set(findings.map(({ code }) => code))].map((code) => `  gone: ${code}`),
    ...because.map((each) => `${paint.yellow('left alone')}: ${each}`),
    ...(wrote || because.length > 0 ? [] : ['nothing to mend here']),
  ];
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

export const isUnhealthy = ({ connects, codes }: Row): boolean => connects === false || codes.length > 0;

export function tableText(rows: readonly Row[], paint: Paint): string {
  const wide = Math.min(48, Math.max(6, ...rows.map(({ name }) => name.length)));
  const unhealthy = rows.filter(isUnhealthy).length;
  return [
    paint.bold(`${'target'.padEnd(wide)}  connects  what is wrong`),
    ...rows.map(({ name, connects, codes }) => {
      const told = answer(connects).padEnd(8);
      const colour = connects === null ? paint.yellow : connects ? paint.green : paint.red;
      const rest = wrap(`${''.padEnd(wide)}  ${told}  `, codes.join(', '), paint.columns).slice(wide);
      const isBroken = name.length > wide && paint.columns !== Number.POSITIVE_INFINITY;
      const start = isBroken ? `${name}\n${''.padEnd(wide)}` : name.padEnd(wide);
      return `${start}${rest.trimEnd().replace(told.trimEnd(), colour)}`;
    }),
    '',
    unhealthy === 0
      ? `${paint.green('ok')}: ${rows.length} targets`
      : `${paint.red('not ok')}: ${unhealthy} of ${rows.length} targets`,
  ].join('\n');
}

import type { Catalog, Provider } from '../../catalog/types.js';
import { commandText } from '../../core/command-line.js';
import { printable } from '../../core/printable.js';
import { count } from '../../core/words.js';
import type { Location } from '../../locate/location.js';
import type { Look } from '../../rotate/prove.js';
import type { Rotation } from '../../rotate/rotate.js';
import type { Step } from '../../rotate/work.js';
import { certificateDocument, changeDocument } from './change.js';
import { errorDocument } from './json.js';
import type { Paint } from './paint.js';

export function rotationDocument(catalog: Catalog, { change, source, steps, proofs, error }: Rotation) {
  const verified = (look: Look | null): boolean | null => look?.verified ?? null;
  return {
    targets: [
      {
        ...changeDocument(catalog, change),
        source,
        ...(error === null ? {} : { error: errorDocument(error) }),
      },
    ],
    steps: steps.map((step) =>
      step.step === 'prove'
        ? step
        : { ...step, certificates: step.certificates.map((each) => certificateDocument(catalog, each)) },
    ),
    proofs: proofs.map(({ server, before, withBoth, withoutOld }) => ({
      target: server.target,
      host: server.host,
      before: verified(before),
      withBoth: verified(withBoth),
      withoutOld: verified(withoutOld),
      libpqMessage: (withoutOld ?? withBoth ?? before)?.libpqMessage ?? null,
    })),
  };
}

interface Told {
  readonly provider: Provider;
  readonly location: Location;
  readonly dryRun: boolean;
  readonly isComplete: boolean;
  readonly undo: readonly string[];
}

/** The steps in their order, and how far it came. */
export function rotationText({ change, steps }: Rotation, told: Told, paint: Paint): string {
  const { provider, location, dryRun, undo } = told;
  const changes = steps.filter(({ step }) => step === 'add' || step === 'remove').length;
  const twice = changes > 1 ? ' (twice: it was two changes)' : '';
  return [
    `${paint.bold(location.path)}: roots of ${printable(provider.name)}`,
    ...steps.flatMap((step) => stepLines(step, dryRun, paint)),
    ending(change.changed, told, paint),
    ...(change.changed && !dryRun
      ? [paint.dim(`  take it back: ${commandText(undo, paint.windows)}${twice}`)]
      : []),
  ].join('\n');
}

function ending(isChanged: boolean, { dryRun, isComplete }: Told, paint: Paint): string {
  if (!isComplete) return `${paint.yellow('not done')}: see below, then run it again`;
  if (dryRun)
    return `${paint.cyan('dry run')}: ${isChanged ? 'nothing was changed' : 'nothing would change'}`;
  return `${paint.green('ok')}: ${isChanged ? 'rotated' : 'there was nothing to do'}`;
}

const FILES = {
  'as-it-was': 'the file as it is',
  'old-and-new': 'old and new roots',
  'without-old': 'the new roots alone',
} as const;

function stepLines(step: Step, dryRun: boolean, paint: Paint): string[] {
  if (step.step === 'prove') {
    const { file, inPlace, servers, verified } = step;
    const all = verified === servers;
    const how = inPlace ? '' : ' (tried, not written)';
    const sum = `${verified} of ${count(servers, 'server')} verified`;
    return [`  prove   ${(all ? paint.green : paint.yellow)(sum)} with ${FILES[file]}${how}`];
  }
  const verb = { add: 'add', remove: 'remove', 'put-back': 'restore' }[step.step];
  const lines = step.certificates.flatMap(({ name, notAfter, sha256 }) => [
    `  ${verb.padEnd(8)}${printable(name)}, valid until ${notAfter.toISOString().slice(0, 10)}${dryRun ? ' (not written)' : ''}`,
    `        SHA-256 ${sha256}`,
  ]);
  return [...lines, ...(step.backup === null ? [] : [`          backup: ${step.backup}`])];
}

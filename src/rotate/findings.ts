import type { Provider } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { count } from '../core/words.js';
import { inOneLine } from '../doctor/verdict-texts.js';
import type { Certificate } from '../x509/types.js';
import type { RotationPlan } from './plan.js';
import type { Look, Server } from './prove.js';

const MOST_NAMED = 10;

/** A server, and what was seen of it. */
export interface Seen {
  readonly server: Server;
  readonly look: Look;
}

/** What is to be said in advice. */
export interface Words {
  readonly provider: string;
  readonly path: string;
}

const namesOf = (certificates: readonly Certificate[]): string =>
  certificates.map(({ name }) => `"${printable(name)}"`).join(', ');

const ofAll = (some: readonly unknown[], all: number): string => `${some.length} of ${count(all, 'server')}`;

const runAgain = help('then run the same command again: what is done already stays done', [], 'review');

/** Of each server why; of very many, the first. */
function servers(seen: readonly Seen[], why: (look: Look) => string | null): string[] {
  const lines = seen.slice(0, MOST_NAMED).map(({ server, look }) => {
    const reason = why(look);
    return `${printable(server.name, 200)}${reason === null ? '' : `: ${reason}`}`;
  });
  const more = seen.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

const libpqSays = ({ libpqMessage }: Look): string | null =>
  libpqMessage === null ? null : printable(inOneLine(libpqMessage), 300);

const howItStops = (look: Look): string | null =>
  look.connects === true ? 'it connects without TLS then' : libpqSays(look);

/** Some servers still show a chain that ends at an old root: it stays. */
export function waits(seen: readonly Seen[], old: readonly Certificate[], all: number): Finding {
  return finding(
    'rotation-waits',
    `${ofAll(seen, all)} still need${seen.length === 1 ? 's' : ''} ${namesOf(old)}`,
    {
      notes: [...servers(seen, libpqSays), 'old and new roots stay side by side, so every server is trusted'],
      help: [help('wait until these servers have their new certificate', [], 'review'), runAgain],
    },
  );
}

export function withoutTargets(old: readonly Certificate[], words: Words): Finding {
  const { provider } = words;
  return finding('rotation-unproved', `nothing proves that ${namesOf(old)} can go: no target was named`, {
    notes: ['old and new roots stay side by side, so every server is trusted'],
    help: [
      help('name your servers', [['pg-root-cert', 'rotate', provider, '--target', 'CONNINFO']], 'review'),
      help(
        'or a file with a connection string a line',
        [['pg-root-cert', 'rotate', provider, '--targets', 'FILE']],
        'review',
      ),
    ],
  });
}

/** Some servers prove nothing, with old and new roots. */
export function unproved(seen: readonly Seen[], all: number, words: Words): Finding {
  const [first] = seen;
  const doctor: Help[] =
    first === undefined ? [] : [help('ask the doctor', [['pg-root-cert', 'doctor', first.server.target]])];
  return finding('rotation-unproved', `${ofAll(seen, all)} prove${seen.length === 1 ? 's' : ''} nothing`, {
    notes: [...servers(seen, (look) => reasonOf(look, words.path)), 'so no old root goes'],
    help: [...doctor, runAgain],
  });
}

function reasonOf(look: Look, path: string): string | null {
  switch (look.because) {
    case 'other-file':
      return `it does not read ${path}`;
    case 'no-tls':
      return 'it goes without TLS; add sslmode=verify-full';
    case 'other-trouble':
      return libpqSays(look) ?? 'no answer in time';
    case null:
      return libpqSays(look);
  }
}

/** Every server passes, but by other roots: of the provider's nothing is known. */
export function notTheirs({ provider }: Words): Finding {
  return finding('rotation-unproved', `no target's chain ends at a root of ${provider}`, {
    notes: ['so nothing proves its new roots, and no old one goes'],
    help: [help(`name a server of ${provider}`, [], 'review')],
  });
}

/** What was done about a change that cuts a server off: it was not made, or taken back, or could not be. */
type Remedy = 'not-made' | 'back' | 'not-back';

const REMEDIES: Readonly<Record<Remedy, string>> = {
  'not-made': 'is as it was',
  back: 'was put back',
  'not-back': 'could not be put back',
};

export function breaks(seen: readonly Seen[], all: number, remedy: Remedy, words: Words): Finding {
  const { path } = words;
  const verb = remedy === 'not-made' ? 'would stop connecting' : 'stopped connecting';
  const undo = help('put it back', [['pg-root-cert', 'undo']]);
  const install = help('install the roots of these servers first', [
    ['pg-root-cert', 'install', '--for', 'HOST'],
  ]);
  return finding('rotation-breaks-target', `${ofAll(seen, all)} ${verb}`, {
    notes: [...servers(seen, howItStops), `${path} ${REMEDIES[remedy]}`],
    help: [...(remedy === 'not-back' ? [undo] : remedy === 'not-made' ? [install] : []), runAgain],
  });
}

/** A former root that stays, as another provider needs it. */
export function stays({ certificate, neededBy }: RotationPlan['kept'][number]): Finding {
  const who = neededBy.map(({ id }) => id).join(', ');
  return finding('root-superseded', `"${printable(certificate.name)}" stays: ${who} needs it`, {
    notes: ['all roots of that provider are in the file'],
    help: [
      help(
        `take it out if you use nothing of ${who}`,
        [['pg-root-cert', 'remove', certificate.sha256]],
        'review',
      ),
    ],
  });
}

/** A provider that was served by the file, and is not any more. */
export function needsToo({ id }: Provider, gone: readonly Certificate[]): Finding {
  return finding('provider-no-longer-served', `${id} needs ${namesOf(gone)} too`, {
    notes: [`nothing else in the file is for ${id} alone, so it seems not to be used here`],
    help: [help('if it is, install its roots again', [['pg-root-cert', 'install', id]], 'review')],
  });
}

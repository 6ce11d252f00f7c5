import { fileError } from '../../core/file-errors.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { explanationText, pageText } from '../render/explanation.js';
import { usage } from '../usage.js';

const TEXT_LIMIT = 64 * 1024;

export const explain: Command = {
  name: 'explain',
  positional: {
    spec: '[text…]',
    name: 'text',
    describe: 'a code, or the error text of a client; stdin without it',
  },
  summary: "Say what a code or a client's error message means",
  options: {},
  examples: [
    ['$0 explain root-not-trusted', 'a code of pg-root-cert'],
    ["$0 explain 'SSL error: certificate verify failed'", 'an error of psql'],
    ['psql … 2>&1 | $0 explain', 'the same, piped'],
  ],
  run,
};

async function run(context: Context, args: Args): Promise<Outcome> {
  const input = args.positional.length > 0 ? args.positional.join(' ') : await readInput(context);
  const { explain: explainInput } = await import('../on-demand.js');
  const found = explainInput(input, context.host);
  if (found.kind === 'unknown') {
    throw usage('this text is not known', [
      ...(found.nearest.length > 0 ? [`did you mean ${found.nearest.join(', ')}?`] : []),
      'paste the whole message of the client, in English (LC_ALL=C psql …), with quotes around it',
      'or give a code, the word in brackets of error[CODE]',
    ]);
  }
  return {
    exitCode: 0,
    document: found.kind === 'code' ? { code: found.code, page: found.page } : { ...found.explanation },
    text: (paint) =>
      found.kind === 'code'
        ? shownPage(found.page, paint.columns)
        : explanationText(found.explanation, paint),
    findings: [],
    findingsAreResult: true,
  };
}

/** In a pipe a page stays the Markdown that it is. */
const shownPage = (page: string, columns: number): string =>
  Number.isFinite(columns) ? pageText(page, columns) : page.trimEnd();

async function readInput({ host, interactive, hint }: Context): Promise<string> {
  if (interactive) hint('paste the error message, then end with Ctrl-D');
  try {
    return Buffer.from(await host.stdin(TEXT_LIMIT)).toString('utf8');
  } catch (error) {
    throw fileError(error, 'read', 'standard input');
  }
}

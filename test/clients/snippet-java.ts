import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientId } from '../../src/snippet/ids.js';
import { propertyValue } from '../../src/snippet/quoting.js';
import { COMMAND } from '../support/run.js';
import { java } from './runtimes.js';
import type { Attempt, Runner } from './snippet-runner.js';

const PROGRAM = fileURLToPath(new URL('./programs/JdbcProperties.java', import.meta.url));

/** A client that is pgjdbc: `properties` makes of the snippet what it hands to the driver. */
const pgjdbc = (
  id: ClientId,
  title: string,
  properties: (text: string) => string,
  entry = 'url',
  prepare: (attempt: Attempt) => void = () => {},
): Runner => ({
  id,
  title,
  find() {
    const runtime = java();
    if (runtime === null) return null;
    return (attempt) => {
      const file = join(attempt.home, 'connection.properties');
      writeFileSync(file, properties(attempt.text));
      prepare(attempt);
      // In the locale C no Java opens a file whose name is not ASCII.
      const env = { ...runtime.env, LC_ALL: 'C.UTF-8' };
      return { argv: [...runtime.command(PROGRAM), file, entry, attempt.query], env };
    };
  },
});

/** The lines `Field: value` of a snippet for a dialog. */
export function fieldsOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
}

const propertiesOf = (entries: Record<string, string | undefined>): string =>
  Object.entries(entries)
    .map(([name, value = '']) => `${name}=${propertyValue(value)}\n`)
    .join('');

const url = (host = '', port = '', database = '', parameters = ''): string =>
  `jdbc:postgresql://${host}:${port}/${encodeURIComponent(database)}${parameters}`;

/** Makes the store by the very command that the snippet names, with the placeholder itself for a password. */
function makeStore({ text, home }: Attempt): void {
  const command = /^# {3}pg-root-cert (export .*)$/m.exec(text)?.[1] ?? '';
  writeFileSync(join(home, 'PASSWORD_FILE'), 'STORE_PASSWORD\n', { mode: 0o600 });
  execFileSync('sh', ['-c', `"$0" "$@" ${command}`, ...COMMAND], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: 'pipe',
  });
}

export const JAVA_RUNNERS: readonly Runner[] = [
  pgjdbc('jdbc', 'pgjdbc, by LibPQFactory', (text) => text),
  pgjdbc('jdbc', 'pgjdbc, by a keystore', (text) => text, 'url.keystore', makeStore),
  pgjdbc('dbeaver', 'pgjdbc with the fields of the dialog', (text) => {
    const { Host, Port, Database, Username, ...rest } = fieldsOf(text);
    return propertiesOf({ url: url(Host, Port, Database), user: Username, ...rest });
  }),
  pgjdbc('dbvisualizer', 'pgjdbc with the fields of the dialog', (text) => {
    const {
      'Database Server': host,
      'Database Port': port,
      Database,
      'Database Userid': user,
      ...rest
    } = fieldsOf(text);
    return propertiesOf({ url: url(host, port, Database), user, ...rest });
  }),
  pgjdbc('aqua-data-studio', 'pgjdbc with the fields of the dialog', (text) => {
    const { Host, Port, Database, 'Login Name': user, Parameters } = fieldsOf(text);
    return propertiesOf({ url: url(Host, Port, Database, Parameters), user });
  }),
  pgjdbc('looker', 'pgjdbc with the fields of the dialog', (text) => {
    const { Host, Port, Database, Username, 'Additional JDBC parameters': more } = fieldsOf(text);
    return propertiesOf({ url: url(Host, Port, Database, `?${more}`), user: Username });
  }),
  pgjdbc('tableau', 'pgjdbc with the properties file and the fields of the dialog', (text) => {
    const dialog = text.split('\n').flatMap((line) => /^# {3}(.*)$/.exec(line)?.[1] ?? []);
    const { Server, Port, Database, Username } = fieldsOf(dialog.join('\n'));
    return `${text}\n${propertiesOf({ url: url(Server, Port, Database), user: Username })}`;
  }),
];

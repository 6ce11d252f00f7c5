import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Stands between the tests and the server. Its stdin is a pipe from the tests: when that ends, because they closed it
 * or are no more, it ends the server (SIGQUIT: at once). It prints the server's process id, and removes the folder
 * when the server is gone.
 */
const SUPERVISOR = `
folder=$1; shift
exec 3<&0
"$@" </dev/null >/dev/null 3<&- & server=$!
echo $server
(read _ <&3; kill -QUIT $server) >/dev/null 2>&1 & watcher=$!
wait $server
kill $watcher 2>/dev/null
cd / && rm -rf "$folder"
`;

/** libpq's SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const KEPT_THE_OLD = /was not reloaded|contains errors|cannot be changed without restarting/;

/** One postgres under its supervisor, known by what it logs. */
export class RunningServer {
  private readonly supervisor: ChildProcess;
  private log = '';
  private pid = '';
  private hasEnded = false;
  private lookAgain = (): void => {};

  constructor(
    command: readonly string[],
    private readonly folder: string,
    env: Readonly<Record<string, string>>,
  ) {
    const argv = ['-c', SUPERVISOR, 'supervisor', folder, ...command];
    // Its own process group: Ctrl-C reaches us, and then our end reaches it.
    const child = spawn('/bin/sh', argv, { cwd: folder, env, detached: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.pid += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
      this.lookAgain();
    });
    child.once('exit', () => {
      this.hasEnded = true;
      child.stdin.destroy();
      this.lookAgain();
    });
    // A test that forgets to stop the server doesn't keep its own process waiting.
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
      if (handle === child || handle instanceof Socket) handle.unref();
    }
    this.supervisor = child;
  }

  logs(): string {
    return this.log;
  }

  /** Resolves when the log has the text, past its first `from` characters. Throws if the server ends, or at the limit. */
  async logged(text: string, timeoutMs: number, from = 0): Promise<void> {
    const start = Date.now();
    while (!this.log.includes(text, from)) {
      const left = start + timeoutMs - Date.now();
      if (this.hasEnded || left <= 0) throw new Error(`the server did not log "${text}":\n${this.log}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.lookAgain = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Resolves when the next connection meets the new configuration. Throws if the server keeps the old one. */
  async reload(port: number): Promise<void> {
    const from = this.log.length;
    process.kill(Number(this.pid), 'SIGHUP');
    await this.logged('received SIGHUP', 10_000, from);
    // The process that accepts connections is the one that reloads: when it answers, it has done so.
    const socket = connect(join(this.folder, `.s.PGSQL.${port}`));
    socket.write(SSL_REQUEST);
    await once(socket, 'data');
    socket.destroy();
    await nextTurn();
    const news = this.log.slice(from);
    if (KEPT_THE_OLD.test(news)) throw new Error(`the server kept its old configuration:\n${news}`);
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.supervisor.ref();
    const ended = once(this.supervisor, 'exit');
    this.supervisor.stdin?.end();
    await ended;
  }
}

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { askLibpqAll } from '../support/libpq.js';
import { hasProgram } from '../support/run.js';

/** What clients met while something went on: how often they connected, and what they were told where they did not. */
export interface Met {
  readonly connected: number;
  readonly refusals: readonly string[];
}

const ROUND = 20;

/** Connects over and over, by libpq and by psql in turn where it is here, until the work is done; and once more. */
export async function whileConnecting(
  conninfo: string,
  env: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<Met> {
  let isDone = false;
  let connected = 0;
  const refusals: string[] = [];
  const met = (message: string) => {
    if (message === '') connected++;
    else refusals.push(message);
  };
  const clients = [
    async () => {
      const questions = Array.from({ length: ROUND }, () => ({ conninfo, env }));
      for (const verdict of await askLibpqAll(questions)) met(verdict.connected ? '' : verdict.message);
    },
    ...(hasProgram('psql') ? [async () => met(await psql(conninfo, env))] : []),
  ];
  const looping = clients.map(async (client) => {
    await client();
    while (!isDone) await client();
    await client();
  });
  try {
    await work();
  } finally {
    isDone = true;
    await Promise.all(looping);
  }
  return { connected, refusals };
}

/** An empty text where psql connects, else what it says. */
function psql(conninfo: string, env: Readonly<Record<string, string>>): Promise<string> {
  const environment = { PATH: process.env.PATH ?? '', ...env };
  return new Promise((resolve) => {
    execFile('psql', ['-XAtc', 'select 1', conninfo], { env: environment }, (error, _stdout, stderr) =>
      resolve(error === null ? '' : stderr || String(error)),
    );
  });
}

export interface Gate {
  readonly port: number;
  close(): void;
}

/** A way to a local server on which something happens before the nth connection, counted from 1, goes through. */
export async function gateTo(port: number, before: (nth: number) => Promise<void>): Promise<Gate> {
  let count = 0;
  const gate = createServer(async (client) => {
    client.on('error', () => {});
    await before(++count);
    const server = connect(port, '127.0.0.1');
    server.on('error', () => client.destroy());
    client.pipe(server).pipe(client);
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const address = gate.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => gate.close() };
}

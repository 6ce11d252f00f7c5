import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import type { StartupOption } from '../postgres/packets.js';
import type { Asked, Password } from './password.js';

/** More than the answers of the largest server come to. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What a second or two of key derivation comes to; PostgreSQL's own default is 4096. */
const MOST_ITERATIONS = 2_000_000;
const SCRAM_PLUS = 'SCRAM-SHA-256-PLUS';

export interface LoginQuestion {
  /** Ready for the start-up packet, the server judged. */
  readonly stream: Socket;
  readonly tls: boolean;
  readonly user: string;
  readonly dbname: string;
  readonly startupOptions: readonly StartupOption[];
  /** What the server asked for when it was judged: nothing else is answered. */
  readonly asked: Asked;
  readonly password: Password | null;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  /** For the login and all questions. */
  readonly withinMs: number;
}

/** Texts by column; null is SQL's NULL. */
export type Row = Readonly<Record<string, string | null>>;

export interface Connected {
  /** @throws PgRootCertError `audit-failed`; its cause is the server's error, with its SQLSTATE as `code` */
  query(sql: string): Promise<readonly Row[]>;
  end(): Promise<void>;
}

/**
 * Logs in through node-postgres over a connection that somebody else has opened and judged.
 *
 * @throws PgRootCertError `login-failed`
 */
export async function login(question: LoginQuestion): Promise<Connected> {
  const { Client } = await import('./pg.js');
  const { stream, tls, user, dbname, password, asked, channelBinding } = question;
  const guard = new Guard(question);
  const client = new Client({
    user,
    database: dbname,
    // Node-postgres takes both for its own messages only: the stream is connected already.
    host: 'the server',
    port: 0,
    ssl: false,
    stream: alreadyConnected(stream),
    password: async () => {
      guard.assertKept();
      return password?.value ?? '';
    },
    enableChannelBinding: tls && channelBinding !== 'disable',
    scramMaxIterations: MOST_ITERATIONS,
    types: { getTypeParser: () => (value) => value },
  });
  // Its own would read the environment once more; these are the ones that the server was judged with.
  client.getStartupConf = () => startupOf(question);
  guard.watch(client.connection);
  // Once the connection is lost every question is answered with the reason, and this event says it again.
  client.on('error', () => {});
  const timer = setTimeout(() => stream.destroy(new Error('no answer in time')), question.withinMs);
  try {
    await client.connect();
    guard.assertKept();
  } catch (error) {
    clearTimeout(timer);
    stream.destroy();
    throw loginFailed(guard.refusal ?? error, asked, password);
  }
  return {
    query: async (sql) => {
      try {
        return (await client.query(sql)).rows;
      } catch (error) {
        throw auditFailed(error);
      }
    },
    // The timer still runs: it ends a connection that the server does not close.
    end: async () => {
      if (!stream.destroyed) await client.end();
      clearTimeout(timer);
    },
  };
}

function startupOf({ user, dbname, startupOptions }: LoginQuestion): Record<string, string> {
  // Node-postgres says itself that it reads UTF-8.
  const options = startupOptions.filter(([name]) => name !== 'client_encoding');
  return { application_name: 'pg-root-cert', ...Object.fromEntries(options), user, database: dbname };
}

/** Node-postgres connects by itself; this stream has only to say that it is there. */
function alreadyConnected(stream: Socket): Socket {
  stream.connect = () => {
    setImmediate(() => stream.emit('connect'));
    return stream;
  };
  return stream;
}

/** The requests for authentication by node-postgres' names. */
const REQUESTS: Readonly<Record<string, string>> = {
  authenticationCleartextPassword: 'password',
  authenticationMD5Password: 'md5',
  authenticationSASL: 'scram-sha-256',
};

/**
 * Node-postgres answers whatever request comes. This holds the server to the one that it made when it was judged, so
 * that a password leaves in no weaker form, and to an end of SCRAM that proves that it knows the password too.
 */
class Guard {
  refusal: Error | null = null;
  private proved = false;
  private received = 0;

  constructor(private readonly question: LoginQuestion) {}

  watch(connection: EventEmitter): void {
    const { stream, asked } = this.question;
    for (const [event, method] of Object.entries(REQUESTS)) {
      connection.prependListener(event, ({ mechanisms }: { mechanisms?: readonly string[] }) => {
        if (method !== asked.method) this.refuse(`it asked for ${asked.method} first and for ${method} now`);
        else if (this.bindingIsMissing(mechanisms ?? [])) this.refuse('it offers no channel binding');
      });
    }
    connection.on('authenticationSASLFinal', () => {
      this.proved = true;
    });
    connection.prependListener('authenticationOk', () => {
      if (asked.method === 'scram-sha-256' && !this.proved) {
        this.refuse('it let us in without a proof that it knows the password');
      }
    });
    stream.on('data', (part: Uint8Array) => {
      this.received += part.length;
      if (this.received > MOST_BYTES) this.refuse(`it sent more than ${MOST_BYTES} bytes`);
    });
  }

  assertKept(): void {
    if (this.refusal !== null) throw this.refusal;
  }

  private bindingIsMissing(mechanisms: readonly string[]): boolean {
    const { channelBinding, tls } = this.question;
    return channelBinding === 'require' && !(tls && mechanisms.includes(SCRAM_PLUS));
  }

  private refuse(why: string): void {
    this.refusal ??= new Error(why);
    this.question.stream.destroy(this.refusal);
  }
}

function loginFailed(error: unknown, { method }: Asked, password: Password | null): PgRootCertError {
  const said = printable(error instanceof Error ? error.message : String(error), 300);
  return new PgRootCertError('login-failed', `the login failed: ${said}`, {
    help: [
      ...(password === null || method === 'ok' ? [] : [`the password came from ${password.from}`]),
      'check user, database and password; the log of the server may say more',
    ],
    cause: error,
  });
}

function auditFailed(error: unknown): PgRootCertError {
  const said = printable(error instanceof Error ? error.message : String(error), 300);
  return new PgRootCertError('audit-failed', `the server did not answer: ${said}`, {
    help: ['audit reads the system views of PostgreSQL 9.5 and newer; see docs: audit'],
    cause: error,
  });
}

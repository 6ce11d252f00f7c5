import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ServerSettings } from '../support/postgres.js';
import { CAS, SERVED, type ServedName } from './parity-pieces.js';

const LOOPBACKS = ['127.0.0.1/32', '::1/128'];
const entries = (...lines: string[]): readonly string[] => [
  ...lines.flatMap((line) => LOOPBACKS.map((address) => line.replace('ADDRESS', address))),
  'local all all trust',
];
const OVER_TLS = entries('hostssl all all ADDRESS trust');
const EITHER_WAY = entries('host all all ADDRESS trust');

/** A real server: what it shows (null: no TLS), its pg_hba.conf, and more. */
const real = (
  served: ServedName | null,
  hba: readonly string[] = OVER_TLS,
  { settings = {}, clientCa }: { settings?: Record<string, string>; clientCa?: string } = {},
): Required<ServerSettings> => ({
  tls: served === null ? null : { ...SERVED[served], ...(clientCa === undefined ? {} : { ca: clientCa }) },
  hba,
  settings,
});

const CLIENTS_OF_ROOT = { clientCa: CAS.root.pem };
const only12 = { settings: { ssl_max_protocol_version: 'TLSv1.2' } };

/** Beside one server for each of SERVED, over TLS only. */
export const REAL_SERVERS = {
  eitherWay: real('plain', EITHER_WAY),
  eitherWayExpired: real('expired', EITHER_WAY),
  noTls: real(null, EITHER_WAY),
  noTlsClosed: real(null, entries('host all nobody ADDRESS trust')),
  plainOnly: real('plain', entries('hostnossl all all ADDRESS trust')),
  rejected: real('plain', [
    ...LOOPBACKS.map((address) => `host all all ${address} reject`),
    'local all all reject',
  ]),
  otherUsers: real('plain', entries('hostssl all nobody ADDRESS trust')),
  scram: real('plain', entries('host all all ADDRESS scram-sha-256')),
  asksForCert: real('plain', OVER_TLS, CLIENTS_OF_ROOT),
  wantsCert: real('plain', entries('hostssl all all ADDRESS trust clientcert=verify-ca'), CLIENTS_OF_ROOT),
  wantsCertOrPlain: real(
    'plain',
    entries('hostssl all all ADDRESS trust clientcert=verify-ca', 'hostnossl all all ADDRESS trust'),
    CLIENTS_OF_ROOT,
  ),
  wantsOwnCert: real('plain', entries('hostssl all all ADDRESS cert'), CLIENTS_OF_ROOT),
  wantsCertByTls12: real('plain', entries('hostssl all all ADDRESS trust clientcert=verify-ca'), {
    ...CLIENTS_OF_ROOT,
    ...only12,
  }),
  tls12: real('plain', OVER_TLS, only12),
  tls13: real('plain', OVER_TLS, { settings: { ssl_min_protocol_version: 'TLSv1.3' } }),
} as const satisfies Record<string, Required<ServerSettings>>;
export type RealName = keyof typeof REAL_SERVERS | ServedName;

export const settingsOf = (name: RealName): Required<ServerSettings> =>
  name in REAL_SERVERS ? REAL_SERVERS[name as keyof typeof REAL_SERVERS] : real(name as ServedName);

/** What a server of the tests' own answers, by what it is asked. */
type Script = (asked: 'tls' | 'direct-tls' | 'start-up', socket: Socket) => void;
const say =
  (bytes: string | Uint8Array, { thenClose = true } = {}): Script =>
  (_, socket) =>
    thenClose ? socket.end(bytes) : socket.write(bytes);
const onTls =
  (tls: Script, startUp: Script = (_, socket) => socket.end()): Script =>
  (asked, socket) =>
    (asked === 'start-up' ? startUp : tls)(asked, socket);

const message = (type: string, body: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const error = (fields: Record<string, string>): Uint8Array =>
  message(
    'E',
    Buffer.from(
      `${Object.entries(fields)
        .map(([type, text]) => `${type}${text}\0`)
        .join('')}\0`,
    ),
  );
const fatal = (code: string, text: string, more: Record<string, string> = {}) =>
  error({ S: 'FATAL', V: 'FATAL', C: code, M: text, ...more });
const no = say('N', { thenClose: false });
/** Says yes, and what else; then does TLS, and what follows once the start-up packet has come. */
const yes =
  (answer: string, then: (stream: TLSSocket) => void): Script =>
  (asked, socket) => {
    socket.removeAllListeners('data');
    const stream = new TLSSocket(socket, { isServer: true, ...SERVED.plain });
    stream.on('error', () => undefined);
    stream.once('data', () => then(stream));
    if (asked === 'tls') socket.write(answer);
  };
const OK = message('R', Buffer.from([0, 0, 0, 0]));
const READY = message('Z', Buffer.from('I'));

export const SCRIPTED = {
  closes: say(''),
  closesAfterNo: onTls(no, say('')),
  garbage: say('X'),
  http: say('HTTP/1.1 400 Bad Request\r\n\r\n'),
  errorAtOnce: say(fatal('53300', 'sorry, too many clients already')),
  saysYesAndCloses: onTls(say('S')),
  saysYesAndTalks: onTls((_, socket) => {
    socket.write('S');
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  }),
  injects: yes('Sxyz', (stream) => stream.write(Buffer.concat([OK, READY]))),
  tls: yes('S', (stream) => stream.write(Buffer.concat([OK, READY]))),
  tlsThenGoodbye: yes('S', (stream) => stream.end()),
  tlsThenGarbage: yes('S', (stream) => stream.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
  tlsThenError: onTls(
    yes('S', (stream) => stream.end(fatal('53300', 'sorry, too many clients already'))),
    say(fatal('28000', 'no entry')),
  ),
  silent: () => undefined,
  starting: onTls(no, say(fatal('57P03', 'the database system is starting up'))),
  hinting: onTls(no, say(fatal('28000', 'no entry', { D: 'a detail', H: 'a hint' }))),
  wordy: onTls(no, say(error({ S: 'FATAL', C: '28000', M: 'two\nlines', D: 'more\nlines' }))),
  oldError: onTls(no, say('Eunsupported frontend protocol\n\0')),
  notice: onTls(no, say(message('N', Buffer.from('SNOTICE\0Mhello\0\0')))),
  longRequest: onTls(no, say(Buffer.concat([Buffer.from('R'), Buffer.from([0, 1, 0, 0])]))),
  longError: onTls(no, say(Buffer.concat([Buffer.from('E'), Buffer.alloc(40_000, 'x')]))),
  shortRequest: onTls(no, say(Buffer.concat([Buffer.from('R'), Buffer.from([0, 0, 0, 4])]))),
} as const satisfies Record<string, Script>;
export type ScriptedName = keyof typeof SCRIPTED;

const SSL_REQUEST = 80877103;
const PROTOCOL_3 = 196608;
/** The type of a TLS record that holds the handshake (RFC 8446, section 5.1). */
const CLIENT_HELLO = 0x16;

export interface ScriptedServer {
  readonly port: number;
  close(): void;
}

/** A server that speaks as its script says, once for each request that it knows. */
export async function startScripted(name: ScriptedName): Promise<ScriptedServer> {
  const script = SCRIPTED[name];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const listen = (data: Buffer): void => {
      const code = data.length >= 8 ? data.readInt32BE(4) : 0;
      if (data[0] === CLIENT_HELLO) {
        socket.pause().unshift(data);
        script('direct-tls', socket);
      } else if (code === SSL_REQUEST) script('tls', socket);
      else if (code === PROTOCOL_3) script('start-up', socket);
    };
    socket.on('data', listen);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, close };
}

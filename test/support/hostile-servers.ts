import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';

/** A server on loopback that does to each connection what it is told, and nothing else. */
export interface HostileServer {
  readonly port: number;
  /** The connections so far, the ended ones too. */
  readonly connections: number;
  /** What the last connection has sent. */
  readonly received: Buffer;
  /** What all connections have taken from us, in bytes, with what the system still holds. */
  readonly sent: number;
  stop(): Promise<void>;
}

/** `received` resolves when that many bytes have come, over this connection. */
export type Behaviour = (socket: Socket, received: (count: number) => Promise<Buffer>) => unknown;

export async function startHostile(
  behave: Behaviour,
  { address = '127.0.0.1', port = 0 } = {},
): Promise<HostileServer> {
  const sockets: Socket[] = [];
  let last = Buffer.alloc(0);
  const server = createServer((socket) => {
    sockets.push(socket);
    let bytes = Buffer.alloc(0);
    let look = (): void => {};
    socket.on('error', () => {});
    socket.on('data', (part) => {
      bytes = Buffer.concat([bytes, part]);
      last = bytes;
      look();
    });
    behave(
      socket,
      (count) =>
        new Promise((resolve) => {
          look = () => {
            if (bytes.length >= count) resolve(bytes);
          };
          look();
        }),
    );
  });
  await once(server.listen(port, address), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.length;
    },
    get received() {
      return last;
    },
    get sent() {
      return sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

export const SSL_REQUEST_LENGTH = 8;
/** By then the whole ClientHello has come, or enough of it. */
const CLIENT_HELLO = SSL_REQUEST_LENGTH + 100;

export const mute: Behaviour = () => {};

/** What comes after so many bytes of the client's. */
export const onceReceived =
  (count: number, act: (socket: Socket) => unknown): Behaviour =>
  async (socket, received) => {
    await received(count);
    act(socket);
  };

/** The answer to SSLRequest, in one packet. */
export const answering = (answer: string | Uint8Array): Behaviour =>
  onceReceived(SSL_REQUEST_LENGTH, (socket) => socket.write(answer));

/** The same after the ClientHello, which was let in by an `S`. */
export const inHandshake =
  (act: (socket: Socket) => unknown): Behaviour =>
  async (socket, received) => {
    await received(SSL_REQUEST_LENGTH);
    socket.write('S');
    await received(CLIENT_HELLO);
    act(socket);
  };

/** TLS after an `S`; `serve` gets the encrypted side once the handshake is done. */
export const overTls =
  (options: TLSSocketOptions, serve: (stream: TLSSocket, socket: Socket) => unknown): Behaviour =>
  async (socket, received) => {
    await received(SSL_REQUEST_LENGTH);
    socket.removeAllListeners('data');
    const stream = new TLSSocket(socket, { ...options, isServer: true });
    stream.on('error', () => {});
    stream.on('secure', () => serve(stream, socket));
    socket.write('S');
  };

/** One byte after another, `everyMs`, until the connection ends. */
export function drip(socket: Socket, bytes: Uint8Array, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** `bytes` again and again, as fast as the client takes them. */
export function flood(socket: Socket, bytes: Uint8Array): void {
  const pour = (): void => {
    while (socket.writable && socket.write(bytes));
  };
  socket.on('drain', pour);
  pour();
}

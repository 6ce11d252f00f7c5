import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What a server may send until the handshake is over. OpenSSL itself takes 100 KiB of certificates. */
const LONGEST_HANDSHAKE = 256 * 1024;

/**
 * Stands between a socket and its TLS: keeps what the server sends, and asks before anything goes out.
 * After LONGEST_HANDSHAKE nothing more is read, so that the reader's time runs out, unless `forget` came before.
 */
export class Tap extends Duplex {
  private kept: Buffer[] | null = [];
  private received = 0;

  /** `maySend` is asked for every write; at the first no, the connection is destroyed. */
  constructor(
    private readonly socket: Socket,
    private readonly maySend: () => boolean,
  ) {
    super();
    // The TLS above hears of it too, but only once it is there.
    this.on('error', () => {});
    socket.on('readable', () => this.pull());
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** What the server has sent until `forget`. */
  get bytes(): Buffer {
    return Buffer.concat(this.kept ?? []);
  }

  forget(): void {
    this.kept = null;
    this.pull();
  }

  override _read(): void {
    this.pull();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.maySend()) this.socket.write(bytes, done);
    else this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  private pull(): void {
    while (this.kept === null || this.received < LONGEST_HANDSHAKE) {
      const bytes: Buffer | null = this.socket.read();
      if (bytes === null) return;
      this.kept?.push(bytes);
      this.received += bytes.length;
      if (!this.push(bytes)) return;
    }
  }
}

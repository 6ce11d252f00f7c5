/**
 * PQerrorMessage while a connection is being made: what goes wrong with one server after another adds up. Since 14
 * each new connection puts the server's name there first; before, an error of the TLS or socket layer wiped out what
 * stood there (`printfPQExpBuffer` in fe-secure-openssl.c and fe-misc.c, against `appendPQExpBuffer` elsewhere).
 */
export class ErrorBuffer {
  private text = '';

  constructor(private readonly major: number) {}

  /** A new connection, with the text that names the server. */
  begin(identity: string): void {
    this.text += identity;
  }

  append(line: string): void {
    this.text += `${line}\n`;
  }

  /** A line of a layer that, before 14, left nothing of what was said before it. */
  replace(line: string): void {
    if (this.major < 14) this.text = '';
    this.append(line);
  }

  /** Whole, less the last newline. */
  toString(): string {
    return this.text.replace(/\n$/, '');
  }
}

import { knowsOption } from './options.js';

/** A line of a service file that is neither empty nor a comment, without the white space around it. */
interface Line {
  readonly number: number;
  readonly text: string;
  readonly tooLong: boolean;
}

/** Why libpq stops reading a service: its message, `%s` where the file's path goes. */
export interface ServiceFault {
  readonly format: string;
  readonly line: number;
}

export interface ServiceSection {
  /** In the order of the file; of a parameter that is given twice the first counts. */
  readonly values: ReadonlyMap<string, string>;
  readonly fault: ServiceFault | null;
}

/** libpq reads a line into a buffer of this many bytes, the line's end and a NUL included. */
const bufferSize = (major: number): number => (major >= 14 ? 1024 : 256);

function* linesOf(text: string, major: number): Generator<Line> {
  let number = 0;
  for (const [raw] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    number++;
    const line = raw.split('\0', 1)[0] ?? '';
    // libpq 12 leaves blanks at the end of a value.
    const body = line.replace(major >= 13 ? /[ \t\n\v\f\r]+$/ : /[\n\r]+$/, '');
    const bytes = body.replace(/^[ \t\n\v\f\r]+/, '');
    const tooLong = line.length >= bufferSize(major) - 1;
    if (tooLong || (bytes !== '' && !bytes.startsWith('#'))) yield { number, text: bytes, tooLong };
    if (tooLong) return;
  }
}

/**
 * What a service file says of a service, or null where it has no such section. `text` and the values are bytes,
 * one character each. Source: `parseServiceFile` in fe-connect.c, as built without LDAP.
 */
export function findService(text: string, name: string, major: number): ServiceSection | null {
  const values = new Map<string, string>();
  let found = false;
  const stop = (line: Line, format: string): ServiceSection => ({
    values,
    fault: { format, line: line.number },
  });
  for (const line of linesOf(text, major)) {
    if (line.tooLong) return stop(line, `line ${line.number} too long in service file "%s"`);
    if (line.text.startsWith('[')) {
      if (found) break;
      found = line.text.startsWith(`[${name}]`);
    } else if (found) {
      const equals = line.text.indexOf('=');
      if (equals < 0) return stop(line, `syntax error in service file "%s", line ${line.number}`);
      const key = line.text.slice(0, equals);
      if (key === 'service') {
        const format = `nested service specifications not supported in service file "%s", line ${line.number}`;
        return stop(line, format);
      }
      if (!knowsOption(key, major)) {
        return stop(line, `syntax error in service file "%s", line ${line.number}`);
      }
      if (!values.has(key)) values.set(key, line.text.slice(equals + 1));
    }
  }
  return found ? { values, fault: null } : null;
}

/** The names of a file's services, each once, in the order of the file. */
export function serviceNames(text: string, major: number): readonly string[] {
  const names = new Set<string>();
  for (const line of linesOf(text, major)) {
    const name = /^\[([^\]]*)\]/.exec(line.text)?.[1];
    if (name !== undefined && !line.tooLong) names.add(name);
  }
  return [...names];
}

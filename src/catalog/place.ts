import type { Node } from 'jsonc-parser';
import { PgRootCertError } from '../core/errors.js';
import { readJson } from './json.js';

interface Source {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
}

/** Line and column of an offset, both from 1. */
function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function refusal({ file, text }: Source, at: number, fact: string): PgRootCertError {
  const { line, column } = lineAndColumn(text, at);
  return new PgRootCertError('catalog-invalid', `${file}, line ${line}, column ${column}: ${fact}`, {
    help: ['the fields of a catalogue file are described in docs/catalogue.md'],
    path: file,
  });
}

/** A value in a catalogue file: it is read as the type asked for, or refused by its file, line and JSON path. */
export class Place {
  readonly #source: Source;
  readonly #node: Node;
  readonly #path: string;

  private constructor(source: Source, node: Node, path: string) {
    this.#source = source;
    this.#node = node;
    this.#path = path;
  }

  /** The whole document. */
  static async read(source: Source): Promise<Place> {
    const root = await readJson(source.text, (at, fact) => refusal(source, at, `not valid JSON: ${fact}`));
    return new Place(source, root, '$');
  }

  /** An error that names this place; `fact` goes on after its path: `is not …`. */
  refusal(fact: string): PgRootCertError {
    return refusal(this.#source, this.#node.offset, `${this.#path} ${fact}`);
  }

  /** A member of the object that must be here; null where it has none of that name. */
  optional(name: string): Place | null {
    if (this.#node.type !== 'object') throw this.refusal('is not an object');
    const property = this.#node.children?.find(({ children }) => children?.[0]?.value === name);
    const member = property?.children?.[1];
    return member === undefined ? null : new Place(this.#source, member, `${this.#path}.${name}`);
  }

  required(name: string): Place {
    const member = this.optional(name);
    if (member === null) throw this.refusal(`has no ${JSON.stringify(name)}`);
    return member;
  }

  /** The entries of the array that must be here. */
  items(): Place[] {
    if (this.#node.type !== 'array') throw this.refusal('is not an array');
    const items = this.#node.children ?? [];
    return items.map((item, i) => new Place(this.#source, item, `${this.#path}[${i}]`));
  }

  /** The string that must be here, with something in it. */
  text(): string {
    const value: unknown = this.#node.value;
    if (typeof value !== 'string') throw this.refusal('is not a string');
    if (value.trim() === '') throw this.refusal('is empty');
    return value;
  }

  is(value: number): boolean {
    return this.#node.value === value;
  }
}

import { PgRootCertError } from '../core/errors.js';
import { JsonError, type JsonNode, lineAndColumn, readJson } from './json.js';

interface Source {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
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
  readonly #node: JsonNode;
  readonly #path: string;

  private constructor(source: Source, node: JsonNode, path: string) {
    this.#source = source;
    this.#node = node;
    this.#path = path;
  }

  /** The whole document. */
  static read(source: Source): Place {
    try {
      return new Place(source, readJson(source.text), '$');
    } catch (error) {
      if (error instanceof JsonError) throw refusal(source, error.at, `not valid JSON: ${error.message}`);
      throw error;
    }
  }

  /** An error that names this place; `fact` goes on after its path: `is not …`. */
  refusal(fact: string): PgRootCertError {
    return refusal(this.#source, this.#node.at, `${this.#path} ${fact}`);
  }

  /** A member of the object that must be here; null where it has none of that name. */
  optional(name: string): Place | null {
    if (this.#node.kind !== 'object') throw this.refusal('is not an object');
    const member = this.#node.members.get(name);
    return member === undefined ? null : new Place(this.#source, member, `${this.#path}.${name}`);
  }

  required(name: string): Place {
    const member = this.optional(name);
    if (member === null) throw this.refusal(`has no ${JSON.stringify(name)}`);
    return member;
  }

  /** The entries of the array that must be here. */
  items(): Place[] {
    if (this.#node.kind !== 'array') throw this.refusal('is not an array');
    return this.#node.items.map((item, i) => new Place(this.#source, item, `${this.#path}[${i}]`));
  }

  /** The string that must be here, with something in it. */
  text(): string {
    const value = this.#node.kind === 'scalar' ? this.#node.value : null;
    if (typeof value !== 'string') throw this.refusal('is not a string');
    if (value.trim() === '') throw this.refusal('is empty');
    return value;
  }

  is(value: number): boolean {
    return this.#node.kind === 'scalar' && this.#node.value === value;
  }
}

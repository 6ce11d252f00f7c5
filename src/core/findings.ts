import { CODES, type Code, type Severity } from './codes.js';

/**
 * How far a help may be followed without thinking: `auto` is safe for anybody, `review` wants a look first,
 * `weakens-security` says what it is and never comes first.
 */
export type Safety = 'auto' | 'review' | 'weakens-security';

export interface Help {
  readonly text: string;
  /** One argv per command. */
  readonly commands: readonly (readonly string[])[];
  readonly safety: Safety;
}

/** Something noticed: the fact in `message` (lower case), its surroundings in `notes`, the way out in `help`. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly notes: readonly string[];
  readonly help: readonly Help[];
}

/** A finding with the severity that its code always has. */
export function finding(
  code: Code,
  message: string,
  rest: { notes?: readonly string[]; help?: readonly Help[] } = {},
): Finding {
  return { code, severity: CODES[code].severity, message, notes: rest.notes ?? [], help: rest.help ?? [] };
}

/** A help with any number of commands. */
export function help(
  text: string,
  commands: readonly (readonly string[])[] = [],
  safety: Safety = 'auto',
): Help {
  return { text, commands, safety };
}

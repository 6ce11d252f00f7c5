export type Severity = 'error' | 'warning' | 'info';

/**
 * What is fixed for a code. `severity` is what a finding of that code has, always. `exit` is the process's exit code
 * when the cause ends a command; it is there only for codes that can. `title` completes the sentence "this means: …".
 */
export interface CodeFacts {
  readonly severity: Severity;
  readonly exit?: 2 | 3 | 4 | 5 | 70;
  readonly title: string;
}

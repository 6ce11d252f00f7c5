import { spawn } from 'node:child_process';
import { COMMAND } from './run.js';

export interface AtTerminal {
  readonly status: number | null;
  /** All that stands on the terminal. */
  readonly output: string;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs the built command at a terminal of 80 columns (by script(1)), and types `answer` at the first prompt. */
export function atTerminal(home: string, argv: readonly string[], answer: string): Promise<AtTerminal> {
  const command = ['stty cols 80;', ...[...COMMAND, ...argv].map(quoted)].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: home,
      env: { PATH: process.env.PATH ?? '', HOME: home, TERM: 'dumb' },
    });
    let output = '';
    let answered = false;
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (answered || !/: $/.test(output)) return;
      answered = true;
      child.stdin.write(answer);
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

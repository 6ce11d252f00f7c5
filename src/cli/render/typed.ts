/**
 * Commands as this user has to type them: whoever came by `npx` or `npm start` has no `pg-root-cert` on the search
 * path. npm says in its environment how it was called.
 */
export function asTyped(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const prefix =
    env.npm_command === 'exec'
      ? 'npx pg-root-cert'
      : env.npm_lifecycle_event === 'start'
        ? 'npm start --'
        : null;
  return prefix === null ? text : text.replaceAll(/(?<![\w./-])pg-root-cert (?=[a-z])/g, `${prefix} `);
}

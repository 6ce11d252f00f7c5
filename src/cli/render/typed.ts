type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Commands as this user has to type them: whoever came by `npx`, or by `npm start` in a clone, has no `pg-root-cert` on
 * the search path. npm says in its environment how it was called.
 */
export function asTyped(text: string, env: Environment): string {
  const prefix = prefixOf(env);
  return prefix === null ? text : text.replaceAll(/(?<![\w./-])pg-root-cert (?=[a-z])/g, `${prefix} `);
}

function prefixOf({ npm_command, npm_lifecycle_event, npm_package_name }: Environment): string | null {
  if (npm_command === 'exec') return 'npx pg-root-cert';
  return npm_lifecycle_event === 'start' && npm_package_name === 'pg-root-cert' ? 'npm start --' : null;
}

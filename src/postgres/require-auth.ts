const METHODS = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'none'];

/** What libpq says of a require_auth value, null where it accepts it. Source: `pqConnectOptions2`, fe-connect.c. */
export function requireAuthProblem(value: string, major: number): string | null {
  const known = major >= 18 ? [...METHODS, 'oauth'] : METHODS;
  const seen = new Set<string>();
  const parts = value.split(',');
  const negative = parts[0]?.startsWith('!') ?? false;
  for (const part of parts) {
    const negated = part.startsWith('!');
    if (negated && !negative) {
      return `negative require_auth method "${part}" cannot be mixed with non-negative methods`;
    }
    if (!negated && negative) return `require_auth method "${part}" cannot be mixed with negative methods`;
    const method = negated ? part.slice(1) : part;
    if (!known.includes(method)) return `invalid require_auth value: "${method}"`;
    if (seen.has(method)) return `require_auth method "${part}" is specified more than once`;
    seen.add(method);
  }
  return null;
}

/**
 * Whether require_auth permits this method, `ok` standing for none. The value is one that libpq accepts.
 * Source: `check_expected_areq` in fe-auth.c.
 */
export function requireAuthPermits(value: string, method: string): boolean {
  if (value === '') return true;
  const named = method === 'ok' ? 'none' : method;
  return value.startsWith('!') ? !value.split(',').includes(`!${named}`) : value.split(',').includes(named);
}

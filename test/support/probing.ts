import type { Host } from '../../src/core/host.js';
import { nodeHost } from '../../src/core/node-host.js';
import { type ProbePlan, type ProbeQuestion, probeAddress } from '../../src/postgres/probe.js';
import type { Probe } from '../../src/postgres/probe-types.js';
import type { TlsSettings } from '../../src/postgres/tls.js';

export interface Asked extends Partial<Omit<ProbeQuestion, 'plan' | 'tls' | 'port'>> {
  readonly port: number;
  readonly plan?: Partial<ProbePlan>;
  readonly tls?: Partial<TlsSettings>;
}

const realHost = nodeHost();

/** Asks 127.0.0.1 over TLS, whatever its certificate, for user and database postgres; never in plain text. */
export function probe(asked: Asked, host: Host = realHost): Promise<Probe> {
  return probeAddress(host, {
    address: '127.0.0.1',
    user: 'postgres',
    dbname: 'postgres',
    startupOptions: [],
    negotiation: 'postgres',
    limits: { connectMs: 2000, stepMs: 5000, totalMs: 10_000 },
    ...asked,
    tls: {
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      identity: null,
      serverName: null,
      alpn: true,
      ...asked.tls,
    },
    plan: {
      first: 'tls',
      mayStartup: () => true,
      plainAfterTls: () => false,
      tlsAfterPlain: () => false,
      ...asked.plan,
    },
  });
}

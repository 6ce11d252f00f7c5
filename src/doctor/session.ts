import type { Socket } from 'node:net';
import type { Host } from '../core/host.js';
import { openAddress } from '../postgres/probe.js';
import type { Probe } from '../postgres/probe-types.js';
import { attemptOf, usesTls } from './connection.js';
import type { Evidence } from './evidence.js';
import { type GatherOptions, planFor, questionFor, withHost } from './gather.js';

export interface Session {
  /** Ready for the start-up packet; null where the server did not pass this time. */
  readonly stream: Socket | null;
  /** With what the server showed over this connection in place of what it showed before. */
  readonly evidence: Evidence;
}

/**
 * Connects once more to the server that libpq would come to, for a caller that logs in. Chain and name are judged anew,
 * on this very connection, before anything is sent over it: so what was judged and what is used cannot differ.
 * The evidence must be of a verdict that connects.
 */
export async function openSession(host: Host, evidence: Evidence, options: GatherOptions): Promise<Session> {
  const attempt = attemptOf(evidence);
  if (attempt === null) throw new Error('no server has answered');
  const { spec, probes } = attempt.host;
  const { address } = attempt.probe;
  const place = evidence.hosts.indexOf(attempt.host);
  const withProbe = (probe: Probe): Evidence =>
    withHost(evidence, place, {
      ...attempt.host,
      probes: probes.map((each) => (each === attempt.probe ? probe : each)),
    });
  const what = usesTls(evidence) ? 'tls' : 'plain';
  const plan = planFor({ what, host: place, address }, spec, withProbe);
  const question = questionFor(host, evidence, { spec, address, plan, options });
  const { probe, stream } = await openAddress(host, question);
  return { stream, evidence: withProbe(probe) };
}

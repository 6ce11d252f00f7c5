import { errnoOf } from '../core/file-errors.js';
import type { Channel, Countdown, Ending } from './channel.js';
import { openSslReason } from './openssl-reason.js';
import {
  LONGEST_AUTHENTICATION,
  LONGEST_ERROR,
  oldError,
  parseAuthentication,
  parseErrorFields,
  SHORTEST_MESSAGE,
} from './packets.js';
import type { ServerError, Startup } from './probe-types.js';

const AUTHENTICATION = 0x52;
export const ERROR = 0x45;

/**
 * Reads the first message that answers the start-up packet, which libpq goes by: a request for authentication (or its
 * acceptance) or an error. A notice, a negotiation of the version (3.0 needs none) and a
 * message of impossible length are what libpq takes for another protocol: `garbage`, with the message's type.
 * Source: `PQconnectPoll`, CONNECTION_AWAITING_RESPONSE, in fe-connect.c.
 */
export async function readStartup(channel: Channel, left: Countdown): Promise<Startup> {
  const type = await channel.read(1, left);
  if ('kind' in type) return ended(type);
  const byte = type[0] ?? 0;
  if (byte === ERROR) return errorStartup(await readError(channel, left));
  if (byte !== AUTHENTICATION) return { kind: 'garbage', byte };

  const head = await channel.read(4, left);
  if ('kind' in head) return ended(head);
  const length = lengthOf(head);
  if (length < SHORTEST_MESSAGE || length > LONGEST_AUTHENTICATION) return { kind: 'garbage', byte };
  const body = await channel.read(length - 4, left);
  return 'kind' in body ? ended(body) : { kind: 'authentication', ...parseAuthentication(body) };
}

/**
 * What follows the type of an ErrorResponse. A length out of bounds belongs to the text of an error in the form
 * before protocol 3, which goes on to its NUL; null where there is none within libpq's longest error.
 */
export async function readError(channel: Channel, left: Countdown): Promise<ServerError | Ending | null> {
  const head = await channel.read(4, left);
  if ('kind' in head) return head;
  const length = lengthOf(head);
  if (length >= SHORTEST_MESSAGE && length <= LONGEST_ERROR) {
    const body = await channel.read(length - 4, left);
    return 'kind' in body ? body : parseErrorFields(body);
  }
  const message = [...head];
  const end = message.indexOf(0);
  if (end >= 0) return oldError(head.subarray(0, end));
  while (message.length < LONGEST_ERROR) {
    const next = await channel.read(1, left);
    if ('kind' in next) return next;
    if (next[0] === 0) return oldError(Uint8Array.from(message));
    message.push(next[0] ?? 0);
  }
  return null;
}

function errorStartup(answer: ServerError | Ending | null): Startup {
  if (answer === null) return { kind: 'garbage', byte: ERROR };
  return 'kind' in answer ? ended(answer) : { kind: 'error', error: answer };
}

function ended(ending: Ending): Startup {
  if (ending.kind !== 'failed') return { kind: ending.kind };
  const reason = openSslReason(ending.error);
  if (reason !== null) return { kind: 'alert', reason };
  const errno = errnoOf(ending.error);
  return errno === null ? { kind: 'closed' } : { kind: 'closed', errno };
}

const lengthOf = (head: Uint8Array): number => Buffer.from(head).readUInt32BE();

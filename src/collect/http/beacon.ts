import type { DirectHandler } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { EventLogError } from '../../log/log-errors.ts';
import { objectIn } from '../json-object.ts';
import { memberOfMeta } from '../stamp.ts';
import { answer, type CollectAnswer } from './answer.ts';
import { jsonOf } from './body.ts';
import { admit, collectAll, problemOfLog, type Addressed, type Door } from './door.ts';
import { senderOf } from './sender-of.ts';

/** The prefix that streams may have whose names come from EventLogging's schemas. */
const MIGRATED = 'eventlogging_';

/**
 * Handles an event in the URL, in the form of MediaWiki's EventLogging: `?`, percent-encoded JSON, `;`.
 * @param hasStream whether there is a stream of a name
 * @param found the answer if the event is accepted: nothing, or a pixel
 */
export function beaconHandler(
  door: Door,
  hasStream: (name: string) => boolean,
  found: CollectAnswer,
): DirectHandler {
  return async (request, response) => {
    const sender = senderOf(request, 'beacon');
    admit(door, sender, 1);
    const { url } = request;
    const at = url.indexOf('?');
    const [outcome] = await collectAll(
      door,
      [readOrReject(door, at === -1 ? '' : url.slice(at + 1), hasStream)],
      sender,
    );
    if (outcome instanceof EventLogError) throw problemOfLog(outcome);
    if (outcome && !outcome.isAccepted) throw new Problem('invalid-request', outcome.reason);
    answer(request, response, found);
  };
}

/** Reads an event, or keeps the text as a reject. @throws Problem if it is no event */
function readOrReject({ collector }: Door, query: string, hasStream: (name: string) => boolean): Addressed {
  try {
    return read(query, hasStream);
  } catch (error) {
    if (error instanceof Problem) collector.reject({ reason: error.message, source: 'beacon', body: query });
    throw error;
  }
}

function read(query: string, hasStream: (name: string) => boolean): Addressed {
  if (query === '') throw new Problem('invalid-request', 'The URL has no event.');
  // Some caches and proxies cut long URLs.
  if (!query.endsWith(';'))
    throw new Problem('invalid-request', 'The event is cut off: the ; at its end is missing.');
  const capsule = objectIn(jsonOf(decoded(query.slice(0, -1))));
  if (!capsule) throw new Problem('invalid-request', 'An event is a JSON object.');
  const named = memberOfMeta(capsule, 'stream');
  if (typeof named === 'string') return { stream: named, incoming: { event: capsule } };
  const { schema, event, webHost } = capsule;
  const own = objectIn(event);
  if (typeof schema !== 'string' || !own)
    throw new Problem('invalid-request', 'An event has meta.stream, or a schema and an event.');
  const stream = hasStream(schema) || !hasStream(MIGRATED + schema) ? schema : MIGRATED + schema;
  const meta = typeof webHost === 'string' && webHost !== '' ? { domain: webHost } : {};
  return { stream, incoming: { event: { ...own, meta } } };
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '));
  } catch {
    throw new Problem('invalid-request', 'The event is not percent-encoded UTF-8.');
  }
}

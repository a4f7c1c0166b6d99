import type { DirectHandler, PlainRequest } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { EventLogError } from '../../log/log-errors.ts';
import { objectIn } from '../json-object.ts';
import { memberOfMeta } from '../stamp.ts';
import type { Outcome, Refused } from '../incoming.ts';
import { answer, type CollectAnswer } from './answer.ts';
import { bodyOf, jsonOf, queryOf } from './body.ts';
import { admit, collectAll, problemOfLog, type Addressed, type Door } from './door.ts';
import { senderOf } from './sender-of.ts';

/** The outcomes of values that are no events, or name no stream. */
const NO_OBJECT: Refused = { isAccepted: false, refusal: 'malformed', reason: 'An event is a JSON object.' };
const NO_STREAM: Refused = {
  isAccepted: false,
  refusal: 'stream',
  reason: 'The event names no stream: meta.stream, or stream= in the URL.',
};

/**
 * Handles `POST /v1/events`: an event or a list of events. The statuses are those of Wikimedia's EventGate: 201 if
 * all are accepted, 207 if some are, 400 if none is, 202 with `hasty=true`. 503 if the log takes nothing.
 */
export function eventsHandler(door: Door): DirectHandler {
  return async (request, response) => {
    const sender = senderOf(request, 'events');
    const { stream, schema_uri: schemaUri, hasty } = queryOf(request);
    const json = readBody(door, request);
    const events: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (events.length === 0) throw new Problem('invalid-request', 'The body has no events.');
    admit(door, sender, events.length);
    const filled = events.map((event) => addressed(event, stream, schemaUri));
    if (hasty === 'true') {
      // The sender doesn't wait. Failures of the log are counted, and refused events are kept as rejects.
      take(door, filled, sender).catch((error: unknown) => {
        request.log.error({ err: error }, 'events that were received hastily are lost');
      });
      const message = `${events.length} events hastily received.`;
      const body = `${message} They are not on disk yet, and may be refused or lost.\n`;
      answer(request, response, { status: 202, message, type: 'text/plain; charset=utf-8', body });
      return;
    }
    answer(request, response, answerOf(events, await take(door, filled, sender)));
  };
}

function readBody({ collector }: Door, request: PlainRequest): unknown {
  const text = bodyOf(request);
  if (text === '') throw new Problem('invalid-request', 'The body has no events.');
  try {
    return jsonOf(text);
  } catch (error) {
    if (error instanceof Problem) collector.reject({ reason: error.message, source: 'events', body: text });
    throw error;
  }
}

function addressed(event: unknown, stream: unknown, schemaUri: unknown): Addressed | Refused {
  const members = objectIn(event);
  if (!members) return NO_OBJECT;
  const name = memberOfMeta(members, 'stream') ?? stream;
  if (typeof name !== 'string') return NO_STREAM;
  const isBare = members['$schema'] === undefined && typeof schemaUri === 'string';
  return { stream: name, incoming: { event: isBare ? { ...members, $schema: schemaUri } : members } };
}

async function take(
  door: Door,
  events: readonly (Addressed | Refused)[],
  sender: ReturnType<typeof senderOf>,
): Promise<(Outcome | EventLogError)[]> {
  const isSent = (event: Addressed | Refused): event is Addressed => 'incoming' in event;
  const taken = await collectAll(door, events.filter(isSent), sender);
  let next = 0;
  return events.map((event) => {
    if (isSent(event)) return taken[next++] as Outcome | EventLogError;
    door.collector.reject({ reason: event.reason, source: sender.source }, event.refusal);
    return event;
  });
}

function answerOf(events: readonly unknown[], outcomes: readonly (Outcome | EventLogError)[]): CollectAnswer {
  const all = outcomes.length;
  const invalid: object[] = [];
  const failed: object[] = [];
  let firstError: EventLogError | undefined;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof EventLogError) {
      firstError ??= outcome;
      const { message } = problemOfLog(outcome);
      failed.push({ status: 'error', event: events[index], context: { message } });
    } else if (!outcome.isAccepted) {
      const { reason: message, refusal, mistakes } = outcome;
      const errors = mistakes?.map(({ path, message: what }) => ({ instancePath: path, message: what }));
      invalid.push({
        status: 'invalid',
        event: events[index],
        context: { message, refusal, ...(errors && { errors }) },
      });
    }
  }
  const accepted = all - invalid.length - failed.length;
  if (accepted === all) return { status: 201, message: `All ${all} out of ${all} events were accepted.` };
  if (accepted === 0 && firstError) throw problemOfLog(firstError);
  return {
    status: accepted > 0 ? 207 : 400,
    message: `${accepted} out of ${all} events were accepted.`,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify({ invalid, error: failed }),
  };
}

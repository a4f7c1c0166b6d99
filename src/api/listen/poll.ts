import type { ServerResponse } from 'node:http';
import type { Follower } from '../../feed/shared-feed.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { eventJson } from './frames.ts';
import { eventsOfPart, type Part } from './part.ts';

/** What is answered. */
interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Makes an answer. @param events as JSON @param lastEventId what the client has seen after them */
export type PollAnswer = (events: readonly string[], lastEventId: string) => Answered;

/** Answers with the events and the id to come back with. */
export const EVENTS_ANSWER: PollAnswer = (events, lastEventId) => ({
  status: 200,
  headers: {
    ...STANDING_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': CACHE_CONTROL.never,
  },
  body: Buffer.from(`{"events":[${events.join(',')}],"lastEventId":${JSON.stringify(lastEventId)}}`),
});

export interface Polling {
  readonly answer: PollAnswer;
  /** How long to wait if there is nothing new, in ms. */
  readonly waitMs: number;
  /** Gets what is to be called when there may be something new. */
  readonly onNews: (call: Follower) => void;
  /** Gets what ends the waiting. @returns takes it back */
  readonly onDrain: (call: () => void) => () => void;
}

/**
 * Answers with all events that a client lacks: at once if there are any, otherwise as soon as there are, or without any
 * when the time is over. The client comes back with `lastEventId`.
 */
export async function poll(
  response: ServerResponse,
  parts: readonly Part[],
  { answer, waitMs, onNews, onDrain }: Polling,
): Promise<void> {
  const events = eventsFor(parts);
  if (events.length === 0 && waitMs > 0 && !response.destroyed)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(over, waitMs);
      const forget = onDrain(over);
      response.once('close', over);
      onNews(() => over());
      function over(): void {
        clearTimeout(timer);
        response.off('close', over);
        forget();
        resolve();
      }
    });
  events.push(...eventsFor(parts));
  for (const part of parts) part.leave();
  const lastEventId = parts.map(({ id }) => id).join(',');
  const { status, headers, body } = answer(events, lastEventId);
  response.writeHead(status, { ...headers, ...(body && { 'content-length': body.length }) });
  response.end(body);
}

function eventsFor(parts: readonly Part[]): string[] {
  const events: string[] = [];
  parts.forEach((part, place) => {
    const ids = parts.map(({ id }) => id);
    for (let chunk = part.take(); chunk; chunk = part.take())
      for (const { type, data, id } of parts.length === 1 ? chunk.events : eventsOfPart(chunk, place, ids))
        events.push(eventJson(type, data, id));
  });
  return events;
}

import { Problem } from '../../core/problem.ts';
import {
  AppendTooLargeError,
  EventLogError,
  LogBusyError,
  LogClosedError,
  LogFullError,
} from '../../log/log-errors.ts';
import type { Collector } from '../collector.ts';
import type { SenderRates } from '../sender-rates.ts';
import type { Outcome, Sender, Incoming } from '../incoming.ts';

/** What the transports share. */
export interface Door {
  readonly collector: Collector;
  /** Undefined if senders have no limit. */
  readonly rates: SenderRates | undefined;
}

/** An event with the name of its stream. */
export interface Addressed {
  readonly stream: string;
  readonly incoming: Incoming;
}

/** When a sender may try again, in seconds. A busy log recovers in moments, a full one once it is loaded and trimmed. */
const RETRY_AFTER_S = { busy: 1, away: 5, full: 30 };

/** Refuses a request with too many events, or one of a sender that sends too many. @throws Problem */
export function admit({ collector, rates }: Door, { address, source }: Sender, events: number): void {
  const { batch } = collector.limits;
  if (events > batch)
    throw new Problem('too-large', `The request has ${events} events, and may have ${batch}.`);
  const waitS = rates?.take(address, events);
  if (waitS === undefined) return;
  collector.counts.refused(undefined, 'rate', events);
  throw new Problem(
    'too-many-requests',
    `Your address sends more events than it may by ${source}. Come again after ${waitS} seconds.`,
    { retryAfterS: waitS },
  );
}

/**
 * Collects events of one stream or several.
 * @returns the outcome of each event, in order; the log's error if the log didn't take it
 */
export async function collectAll(
  { collector }: Door,
  events: readonly Addressed[],
  sender: Sender,
): Promise<(Outcome | EventLogError)[]> {
  const [first] = events;
  if (first && events.every(({ stream }) => stream === first.stream))
    return collectOne(
      collector,
      first.stream,
      events.map(({ incoming }) => incoming),
      sender,
    );
  const places = new Map<string, number[]>();
  for (const [place, { stream }] of events.entries()) {
    const known = places.get(stream);
    if (known) known.push(place);
    else places.set(stream, [place]);
  }
  const results: (Outcome | EventLogError)[] = [];
  await Promise.all(
    [...places].map(async ([stream, of]) => {
      const incoming = of.map((place) => (events[place] as Addressed).incoming);
      const outcomes = await collectOne(collector, stream, incoming, sender);
      for (const [index, place] of of.entries()) results[place] = outcomes[index] as Outcome;
    }),
  );
  return results;
}

async function collectOne(
  collector: Collector,
  stream: string,
  incoming: readonly Incoming[],
  sender: Sender,
): Promise<(Outcome | EventLogError)[]> {
  try {
    return await collector.collect(stream, incoming, sender);
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    return incoming.map(() => error);
  }
}

/** Returns the problem that tells a sender why the log takes nothing, and when to send again. */
export function problemOfLog(error: EventLogError): Problem {
  if (error instanceof AppendTooLargeError)
    return new Problem('too-large', `The events have more than ${error.maxBytes} bytes together.`);
  const [why, retryAfterS] =
    error instanceof LogBusyError
      ? ['More events wait to be written than may wait.', RETRY_AFTER_S.busy]
      : error instanceof LogFullError
        ? ['The event log is full.', RETRY_AFTER_S.full]
        : error instanceof LogClosedError
          ? ['The event log is being closed.', RETRY_AFTER_S.busy]
          : ['The event log could not be written.', RETRY_AFTER_S.away];
  return new Problem('unavailable', `${why} Send the same again after ${retryAfterS} seconds.`, {
    retryAfterS,
  });
}

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
import type { Outcome, Sender, Told } from '../told.ts';

/** What the transports share. */
export interface Door {
  readonly collector: Collector;
  /** Undefined where senders have no limit. */
  readonly rates: SenderRates | undefined;
}

/** An event together with the stream that it is for. */
export interface Addressed {
  readonly stream: string;
  readonly told: Told;
}

/** When a sender may try again, in seconds: busy passes in moments, a full log when it was loaded and trimmed. */
const RETRY_AFTER_S = { busy: 1, away: 5, full: 30 };

/** Refuses a request with more events than one may bring, or than its sender may send. @throws Problem */
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
 * @returns what became of each, in order; the error of the log where it didn't take one
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
      events.map(({ told }) => told),
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
      const told = of.map((place) => (events[place] as Addressed).told);
      const outcomes = await collectOne(collector, stream, told, sender);
      for (const [index, place] of of.entries()) results[place] = outcomes[index] as Outcome;
    }),
  );
  return results;
}

async function collectOne(
  collector: Collector,
  stream: string,
  told: readonly Told[],
  sender: Sender,
): Promise<(Outcome | EventLogError)[]> {
  try {
    return await collector.collect(stream, told, sender);
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    return told.map(() => error);
  }
}

/** What a sender is told when the log takes nothing: when to come again. */
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

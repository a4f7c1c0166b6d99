import { didYouMean } from '../core/value/nearest.ts';
import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { checkOf, type EventCheck, type EventMistake } from '../streams/event-check.ts';
import type { Stream } from '../streams/stream.ts';
import type { Counts } from './counts.ts';
import { isDeeper, type Limits } from './limits.ts';
import { type Aim, rejectOf } from './reject-of.ts';
import { Rejecter, type Reject } from './rejecter.ts';
import { hostOf } from './host-of.ts';
import { Filler, type Fields, isKept, memberOfMeta, metaOf } from './stamp.ts';
import type { Accepted, Outcome, Refused, Sender, Incoming } from './incoming.ts';

export interface CollectorParts {
  readonly log: Pick<EventLog, 'append'>;
  /** Returns the current streams. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  readonly clock: Clock;
  /** Returns an id for an event that has none. */
  readonly newId: () => string;
  readonly limits: Limits;
  /**
   * Returns why events of a site may not come from outside, in a sentence; undefined if they may. Events without a
   * site have the host undefined.
   */
  readonly refusesSite: (host: string | undefined) => string | undefined;
  /** Whether an address may send lines of logs. */
  readonly takesLogsFrom: (address: string) => boolean;
  readonly counts: Counts;
}

/** What is made once for each stream. */
interface Ready {
  readonly check: EventCheck;
  readonly filler: Filler;
}

/** What is to be written, with the ids by which it is partitioned: a repeat comes to the loader of the first one. */
interface Records {
  readonly values: Buffer[];
  readonly ids: string[];
}

/** The only way into the event log, for events that come by HTTP and for lines of files. */
export class Collector {
  readonly #parts: CollectorParts;
  readonly #rejecter: Rejecter;
  /** A stream that changes is another object. */
  readonly #ready = new WeakMap<Stream, Ready>();

  #lastMs = NaN;
  #lastTime = '';

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    this.#rejecter = new Rejecter(parts.log, parts.clock, parts.newId, parts.counts);
  }

  get limits(): Limits {
    return this.#parts.limits;
  }

  /** Whether events may be sent to a stream of this name. */
  hasStream(name: string): boolean {
    const stream = this.#parts.streams().get(name);
    return stream !== undefined && stream.filledBy !== 'kraken';
  }

  get counts(): Counts {
    return this.#parts.counts;
  }

  /**
   * Accepts or refuses each event of a stream by itself. When the promise resolves, the log has the accepted
   * events durably. Refused events are kept as rejects as far as there is room.
   * @param sender who sends the events; undefined if Kraken reads them itself, such as lines of a log. Without a
   *   sender, sites aren't checked, no fields are filled, all streams are open, and refused events are left to
   *   the caller, who may `collect` them as events of `rejects`
   * @returns the outcome of each event, in order
   * @throws EventLogError (LogFullError, LogBusyError, …) if the log took no event; only after LogWriteError
   *   may the events be there
   */
  async collect(name: string, incoming: readonly Incoming[], sender?: Sender): Promise<Outcome[]> {
    const { log, streams, counts } = this.#parts;
    const started = performance.now();
    const records: Records = { values: [], ids: [] };
    const stream = streams().get(name);
    const closed = this.#whyClosed(name, stream, sender);
    const outcomes =
      stream && !closed
        ? this.#takeAll(stream, incoming, sender, records)
        : incoming.map((one) =>
            this.#refuse(closed ?? noStream(name, streams()), one, { name, stream, sender }),
          );
    const kept = records.values.length;
    try {
      if (kept > 0) await log.append(name, records.values, records.ids);
    } catch (error) {
      counts.failed(name, kept);
      throw error;
    }
    if (kept > 0) counts.durable((performance.now() - started) / 1000);
    const accepted = outcomes.filter(({ isAccepted }) => isAccepted).length;
    counts.accepted(name, accepted);
    counts.leftOut(name, accepted - kept);
    return outcomes;
  }

  /** Counts and keeps a text that can't be read as an event. */
  reject(reject: Reject, refusal: Refused['refusal'] = 'malformed'): void {
    const { streams, counts } = this.#parts;
    const { stream } = reject;
    counts.refused(stream !== undefined && streams().has(stream) ? stream : undefined, refusal, 1);
    this.#rejecter.add(reject);
  }

  /** Waits for the rejects that are being written. Close the log after this. */
  close(): Promise<void> {
    return this.#rejecter.settled();
  }

  /** Returns why a sender may not send to a stream; undefined if it may, or if there is no such stream. */
  #whyClosed(name: string, stream: Stream | undefined, sender: Sender | undefined): Refused | undefined {
    if (!stream?.filledBy || !sender) return undefined;
    if (stream.filledBy === 'kraken') return noStream(name, this.#parts.streams());
    if (this.#parts.takesLogsFrom(sender.address)) return undefined;
    const what =
      stream.filledBy === 'logs'
        ? `The stream ${name} takes only lines of logs, which kraken collect reads.`
        : `The stream ${name} takes only what the servers of wikis report.`;
    return refused('closed', `${what} It takes them by HTTP from the addresses of KRAKEN_LOG_SENDERS.`);
  }

  /** @param records receives the records of the accepted events */
  #takeAll(
    stream: Stream,
    incoming: readonly Incoming[],
    sender: Sender | undefined,
    records: Records,
  ): Outcome[] {
    const ready = this.#readyFor(stream);
    const shown = sender && ready.filler.shownBy(sender);
    return incoming.map((one) => {
      const outcome = this.#take(stream, ready, one, shown, records);
      return outcome.isAccepted ? outcome : this.#refuse(outcome, one, { name: stream.name, stream, sender });
    });
  }

  /** Counts a refused event, and keeps it as a reject if it has a sender. */
  #refuse(refused: Refused, incoming: Incoming, { name, stream, sender }: Aim): Refused {
    this.#parts.counts.refused(stream?.name, refused.refusal, 1);
    if (sender) this.#rejecter.add(rejectOf(refused.reason, incoming, { name, stream, sender }));
    return refused;
  }

  /** @param shown the fields that the sender shows; undefined without a sender */
  #take(
    stream: Stream,
    { check, filler }: Ready,
    incoming: Incoming,
    shown: Fields | undefined,
    records: Records,
  ): Outcome {
    const { limits, clock, newId, refusesSite } = this.#parts;
    if (isDeeper(incoming.event, limits.depth))
      return refused('depth', `The event nests more than ${limits.depth} deep.`);
    // `kraken collect` also sends the lines that it couldn't read, with the reason.
    const unreadable = memberOfMeta(incoming.event, 'reject');
    if (typeof unreadable === 'string') return refused('malformed', unreadable);
    const ownMeta = metaOf(incoming);
    if (typeof ownMeta === 'string') return refused('schema', ownMeta);

    // The envelope is the first member, whether the sender has one or not.
    const event: Fields = { meta: {}, ...shown, ...incoming.event };
    if (shown) filler.label(event);
    const mistakes = check(event);
    if (mistakes.length > 0) return { ...refused('schema', inWords(mistakes)), mistakes };
    if (shown && stream.site !== undefined) {
      const site = event[stream.site];
      const host = typeof site === 'string' ? hostOf(site) : undefined;
      const why = typeof site === 'string' && host === undefined ? `${site} is no host.` : refusesSite(host);
      if (why !== undefined) return refused('site', why);
      if (host !== undefined) event[stream.site] = host;
    }
    filler.forget(event);

    const id = ownMeta.id ?? newId();
    const accepted: Accepted = { isAccepted: true, id };
    if (!isKept(stream.sampling, event, id)) return { ...accepted, isLeftOut: true };
    const { domain } = ownMeta;
    event['meta'] = { stream: stream.name, id, dt: this.#timeAt(incoming.timeMs ?? clock.now()), domain };
    const value = Buffer.from(JSON.stringify(event));
    if (value.length > limits.eventBytes)
      return refused('size', `The event has ${value.length} bytes, and may have ${limits.eventBytes}.`);
    records.values.push(value);
    records.ids.push(id);
    return accepted;
  }

  /** Returns a time as text. Most events have the time of the event before. */
  #timeAt(ms: number): string {
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#lastTime = new Date(ms).toISOString();
    }
    return this.#lastTime;
  }

  #readyFor(stream: Stream): Ready {
    let ready = this.#ready.get(stream);
    if (!ready) {
      ready = { check: checkOf(stream.schema), filler: new Filler(stream) };
      this.#ready.set(stream, ready);
    }
    return ready;
  }
}

function refused(refusal: Refused['refusal'], reason: string): Refused {
  return { isAccepted: false, refusal, reason };
}

function noStream(name: string, streams: ReadonlyMap<string, Stream>): Refused {
  const open = [...streams.values()].filter(({ filledBy }) => !filledBy).map((stream) => stream.name);
  const hint = didYouMean(name, open) ?? `There are ${open.join(', ')}.`;
  return refused('stream', `There is no stream ${JSON.stringify(name.slice(0, 200))} to send to. ${hint}`);
}

function inWords([mistake]: readonly EventMistake[]): string {
  const { path, message } = mistake as EventMistake;
  return `${path === '' ? 'The event' : path} ${message}.`;
}

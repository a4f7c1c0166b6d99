import { didYouMean } from '../core/value/nearest.ts';
import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { checkOf, type EventCheck, type EventMistake } from '../streams/event-check.ts';
import type { Stream } from '../streams/stream.ts';
import type { Counts } from './counts.ts';
import { isDeeper, type Limits } from './limits.ts';
import { Rejecter, type Reject } from './rejecter.ts';
import { hostOf } from './host-of.ts';
import { Filler, type Fields, isKept, memberOfMeta, metaOf } from './stamp.ts';
import type { Accepted, Outcome, Refused, Sender, Told } from './told.ts';

export interface CollectorParts {
  readonly log: Pick<EventLog, 'append'>;
  /** The streams as they are now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  readonly clock: Clock;
  /** Gives the id of an event that has none. */
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

/** What is made once of a stream, however many events it gets. */
interface Ready {
  readonly check: EventCheck;
  readonly filler: Filler;
}

/** What is to be written, with the ids by which it is partitioned: a repeat comes to the loader of the first one. */
interface Records {
  readonly values: Buffer[];
  readonly ids: string[];
}

/** Where an event was to go, and who sent it. */
interface Aim {
  readonly name: string;
  readonly stream: Stream | undefined;
  readonly sender: Sender | undefined;
}

/** The one door to the event log: whoever brings events, by HTTP or out of a file, brings them here. */
export class Collector {
  readonly #parts: CollectorParts;
  readonly #rejecter: Rejecter;
  /** By the stream as it was read: one that changes is another. */
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

  /** Whether there is a stream of that name that events may be sent to. */
  hasStream(name: string): boolean {
    const stream = this.#parts.streams().get(name);
    return stream !== undefined && stream.filledBy !== 'kraken';
  }

  get counts(): Counts {
    return this.#parts.counts;
  }

  /**
   * Takes events for a stream, each by itself: those that fit it are in the log, durably, when the
   * promise resolves; those that don't are refused, and kept as rejects as far as there is room.
   * @param sender who sends them from outside; undefined for what Kraken itself reads, such as a
   *   log: then sites aren't asked about, nothing is filled, Kraken's own streams are open, and what is
   *   refused is left to the caller, who may `collect` it as an event of `rejects`
   * @returns what became of each, in order
   * @throws LogFullError, LogBusyError, LogWriteError, …: `EventLogError` where the log has none of
   *   those that fit; after LogWriteError alone they may be there nevertheless
   */
  async collect(name: string, told: readonly Told[], sender?: Sender): Promise<Outcome[]> {
    const { log, streams, counts } = this.#parts;
    const started = performance.now();
    const records: Records = { values: [], ids: [] };
    const stream = streams().get(name);
    const closed = this.#whyClosed(name, stream, sender);
    const outcomes =
      stream && !closed
        ? this.#takeAll(stream, told, sender, records)
        : told.map((one) => this.#refuse(closed ?? noStream(name, streams()), one, { name, stream, sender }));
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

  /** Counts and keeps what could not even be read as events. */
  reject(reject: Reject, refusal: Refused['refusal'] = 'malformed'): void {
    const { streams, counts } = this.#parts;
    const { stream } = reject;
    counts.refused(stream !== undefined && streams().has(stream) ? stream : undefined, refusal, 1);
    this.#rejecter.add(reject);
  }

  /** Waits for rejects that are being written; the log is closed after it. */
  close(): Promise<void> {
    return this.#rejecter.settled();
  }

  /** Returns why a sender may not send to a stream; undefined if it may, or if there is no such stream. */
  #whyClosed(name: string, stream: Stream | undefined, sender: Sender | undefined): Refused | undefined {
    if (!stream?.filledBy || !sender) return undefined;
    if (stream.filledBy === 'kraken') return noStream(name, this.#parts.streams());
    if (this.#parts.takesLogsFrom(sender.address)) return undefined;
    const what = `The stream ${name} takes only lines of logs, which kraken collect reads.`;
    return refused('closed', `${what} It takes them by HTTP from the addresses of KRAKEN_LOG_SENDERS.`);
  }

  /** @param records gets the records of the events that are to be written */
  #takeAll(stream: Stream, told: readonly Told[], sender: Sender | undefined, records: Records): Outcome[] {
    const ready = this.#readyFor(stream);
    const shown = sender && ready.filler.shownBy(sender);
    return told.map((one) => {
      const outcome = this.#take(stream, ready, one, shown, records);
      return outcome.isAccepted ? outcome : this.#refuse(outcome, one, { name: stream.name, stream, sender });
    });
  }

  /** Counts what is refused; what came from outside is kept as a reject. */
  #refuse(refused: Refused, told: Told, { name, stream, sender }: Aim): Refused {
    this.#parts.counts.refused(stream?.name, refused.refusal, 1);
    if (sender) {
      // What may never be written isn't written as a reject either.
      const body = stream?.personalMs === 0 ? undefined : textOf(told.event);
      this.#rejecter.add({
        stream: name,
        reason: refused.reason,
        source: sender.source,
        ...(body !== undefined && { body }),
        ...(stream && numberedBy(stream, told)),
      });
    }
    return refused;
  }

  /** @param shown what the sender shows; undefined for what Kraken itself reads */
  #take(
    stream: Stream,
    { check, filler }: Ready,
    told: Told,
    shown: Fields | undefined,
    records: Records,
  ): Outcome {
    const { limits, clock, newId, refusesSite } = this.#parts;
    if (isDeeper(told.event, limits.depth))
      return refused('depth', `The event nests more than ${limits.depth} deep.`);
    // Who sends what others wrote, such as lines of a log, tells what it couldn't read, too.
    const unreadable = memberOfMeta(told.event, 'reject');
    if (typeof unreadable === 'string') return refused('malformed', unreadable);
    const ownMeta = metaOf(told);
    if (typeof ownMeta === 'string') return refused('schema', ownMeta);

    // The envelope is the first member, whether the sender has one or not.
    const event: Fields = { meta: {}, ...shown, ...told.event };
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
    event['meta'] = { stream: stream.name, id, dt: this.#timeAt(told.timeMs ?? clock.now()), domain };
    const value = Buffer.from(JSON.stringify(event));
    if (value.length > limits.eventBytes)
      return refused('size', `The event has ${value.length} bytes, and may have ${limits.eventBytes}.`);
    records.values.push(value);
    records.ids.push(id);
    return accepted;
  }

  /** A moment as text. Most events come at the same one as the event before. */
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

/** By what an event that is refused counts among those that its sender has numbered. */
function numberedBy({ sequence: names }: Stream, told: Told): Pick<Reject, 'id' | 'hostname' | 'sequence'> {
  const host = names && told.event[names.host];
  const number = names && told.event[names.number];
  const meta = metaOf(told);
  return {
    ...(typeof meta !== 'string' && meta.id !== undefined && { id: meta.id }),
    ...(typeof host === 'string' && { hostname: host }),
    ...(Number.isSafeInteger(number) && { sequence: number as number }),
  };
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

function textOf(event: Told['event']): string | undefined {
  try {
    return JSON.stringify(event);
  } catch {
    // It nests deeper than the stack.
    return undefined;
  }
}

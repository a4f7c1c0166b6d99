import type { Clock } from '../../core/time/time.ts';
import type { Line } from './line-cutter.ts';
import { readLine, type LineSource } from './line-reader.ts';
import type { LineSink } from './sink.ts';

/** The numbers of collected lines of a log. */
export interface Tally {
  lines: number;
  rejects: number;
}

const EXAMPLES = 3;

/** Takes lines of a log, several at once. */
export interface LineTaker {
  deliver(lines: readonly Line[], source: LineSource): Promise<void>;
}

/** Reads lines, delivers them to a sink, and counts them. */
export class Delivery implements LineTaker {
  readonly #sink: LineSink;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onExample: (example: string) => void;
  readonly #tallies = new Map<string, Tally>();

  /** @param onExample receives the first few rejects of a log, as sentences for people */
  constructor(sink: LineSink, clock: Clock, signal: AbortSignal, onExample: (example: string) => void) {
    this.#onExample = onExample;
    this.#sink = sink;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** The numbers by the label of the log. */
  get tallies(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** Delivers lines. Resolves when all of them are durable, as requests or as rejects. */
  async deliver(lines: readonly Line[], source: LineSource): Promise<void> {
    if (lines.length === 0) return;
    const read = lines.map((line) => readLine(line, source, this.#clock));
    const reasons = await this.#sink.take(read, this.#signal);
    const tally = this.tallyOf(source.label);
    tally.lines += lines.length;
    for (const [place, reason] of reasons.entries()) {
      if (reason === undefined) continue;
      if (tally.rejects++ < EXAMPLES) this.#onExample(`${source.label}, byte ${lines[place]?.at}: ${reason}`);
    }
  }

  tallyOf(label: string): Tally {
    let tally = this.#tallies.get(label);
    if (!tally) this.#tallies.set(label, (tally = { lines: 0, rejects: 0 }));
    return tally;
  }
}

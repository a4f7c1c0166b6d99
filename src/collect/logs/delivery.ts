import type { Clock } from '../../core/time/time.ts';
import type { Line } from './line-cutter.ts';
import { readLine, type LineSource } from './line-reader.ts';
import type { LineSink } from './sink.ts';

/** What became of the lines of a log. */
export interface Tally {
  lines: number;
  rejects: number;
}

const EXAMPLES = 3;

/** What takes the lines of a log, some at once. */
export interface LineTaker {
  deliver(lines: readonly Line[], source: LineSource): Promise<void>;
}

/** Reads lines, brings them to where they go, and counts. */
export class Delivery implements LineTaker {
  readonly #sink: LineSink;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onExample: (example: string) => void;
  readonly #tallies = new Map<string, Tally>();

  /** @param onExample is told of the first few lines of a log that became rejects, for people */
  constructor(sink: LineSink, clock: Clock, signal: AbortSignal, onExample: (example: string) => void) {
    this.#onExample = onExample;
    this.#sink = sink;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** By the label of the log. */
  get tallies(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** Resolves when all of them are durable, as requests or as rejects. */
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

import { Presets, SingleBar } from 'cli-progress';
import type { OnProgress, Progress } from '../load/progress.ts';

const BAR = '{label} [{bar}] {percentage}% | {rows} rows | {rate} | {left}';
const WITHOUT_END = '{label} | {rows} rows | {rate}';

/** The screen is redrawn at this rate, because progress comes faster than anybody reads. */
const SCREEN_FPS = 5;
/** The interval of lines in a log. */
const LOG_EVERY_MS = 5000;
/** The rate is too uncertain to show before this time. */
const RATE_AFTER_MS = 500;

/** The output stream and the clock. Defaults: standard error and the clock of this process. */
interface Surroundings {
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** The current time in ms, from any start. */
  readonly now: () => number;
}

/**
 * Shows the progress of a load, its rate and the time left. A terminal gets a bar. A log gets a line every
 * few seconds, so that short loads write nothing there.
 */
export class ProgressBar {
  readonly #label: string;
  readonly #stream: Surroundings['stream'];
  readonly #now: () => number;
  #bar: SingleBar | undefined;
  #phase: Progress['phase'] | undefined;
  #started = 0;
  #said = 0;

  /** @param label names what is loaded */
  constructor(
    label: string,
    { stream = process.stderr, now = () => performance.now() }: Partial<Surroundings> = {},
  ) {
    this.#label = label;
    this.#stream = stream;
    this.#now = now;
  }

  readonly onProgress: OnProgress = (progress) => {
    if (progress.phase !== this.#phase) this.#begin(progress);
    if (this.#stream.isTTY === true) this.#bar?.update(doneOf(progress), this.#words(progress));
    else this.#sayNowAndThen(progress);
  };

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin(progress: Progress): void {
    this.stop();
    this.#phase = progress.phase;
    this.#started = this.#said = this.#now();
    if (this.#stream.isTTY !== true) return;
    const format = progress.total === undefined ? WITHOUT_END : BAR;
    this.#bar = new SingleBar({ format, stream: this.#stream, fps: SCREEN_FPS }, Presets.shades_classic);
    this.#bar.start(progress.total ?? Infinity, 0, this.#words(progress));
  }

  #sayNowAndThen(progress: Progress): void {
    const now = this.#now();
    if (now - this.#said < LOG_EVERY_MS) return;
    this.#said = now;
    const { label, rows, rate, left } = this.#words(progress);
    const { total } = progress;
    const share = total === undefined ? '' : `${Math.floor((doneOf(progress) / total) * 100)}%, `;
    const end = total === undefined ? '' : `, ${left}`;
    this.#stream.write(`${label}: ${share}${rows} rows, ${rate}${end}\n`);
  }

  #words(progress: Progress): { label: string; rows: string; rate: string; left: string } {
    const ms = this.#now() - this.#started;
    const [done, total] = [doneOf(progress), progress.total ?? Infinity];
    const isKnown = ms >= RATE_AFTER_MS && done > 0;
    return {
      label: progress.phase === 'publishing' ? `${this.#label}, publishing` : `${this.#label}, reading`,
      rows: progress.rows.toLocaleString('en'),
      rate: isKnown ? `${Math.round((progress.rows / ms) * 1000).toLocaleString('en')} rows/s` : 'starting',
      left: isKnown ? `${durationInWords((ms * (total - done)) / done)} left` : '',
    };
  }
}

/** Returns the completed part, in the unit of the total: bytes or partitions. */
function doneOf(progress: Progress): number {
  return progress.phase === 'reading' ? progress.bytes : progress.done;
}

/** Formats a duration as `40 s`, `12 min` or `3 h 5 min`. It is an estimate, so it is rounded. */
function durationInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

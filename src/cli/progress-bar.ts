import { Presets, SingleBar } from 'cli-progress';
import type { OnProgress, Progress } from '../load/progress.ts';

const BAR = '{label} [{bar}] {percentage}% | {rows} rows | {rate} | {left}';
const WITHOUT_END = '{label} | {rows} rows | {rate}';

/** Bytes and cells come quicker than anybody reads; a log gets a line every few seconds. */
const SCREEN_FPS = 5;
const LOG_EVERY_MS = 5000;
/** Before that nobody knows how fast it is. */
const RATE_AFTER_MS = 500;

/** Where it is shown, and how time is told; standard error and this process's clock unless given. */
interface Surroundings {
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** In ms, from whatever start. */
  readonly now: () => number;
}

/**
 * Shows how far a load has come, how fast it is, and how long it will take: on a terminal as a bar,
 * elsewhere as a line every few seconds, so that short loads say nothing there.
 */
export class ProgressBar {
  readonly #label: string;
  readonly #stream: Surroundings['stream'];
  readonly #now: () => number;
  #bar: SingleBar | undefined;
  #phase: Progress['phase'] | undefined;
  #started = 0;
  #said = 0;

  /** @param label what is loaded, for people */
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

/** In the unit of the total: bytes, or partitions. */
function doneOf(progress: Progress): number {
  return progress.phase === 'reading' ? progress.bytes : progress.done;
}

/** As `40 s`, `12 min`, `3 h 5 min`: no closer than anybody can tell. */
function durationInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

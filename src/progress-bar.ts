import { Presets, SingleBar } from 'cli-progress';
import type { OnProgress, Progress } from './load/progress.ts';

const KNOWN = '{label} [{bar}] {percentage}% | {rows} rows | {rate} rows/s | {eta_formatted} left';
const A_PIPE = '{label} | {rows} rows | {rate} rows/s';

/** Bytes and cells come quicker than anybody reads; a pipe gets a line every few seconds. */
const SCREEN_FPS = 5;
const PIPE_EVERY_MS = 5000;

/** Shows on stderr how far a load has come, how fast it is, and how long it will take. */
export class ProgressBar {
  readonly #label: string;
  #bar: SingleBar | undefined;
  #phase: Progress['phase'] | undefined;
  #started = performance.now();

  /** @param label what is loaded, for people */
  constructor(label: string) {
    this.#label = label;
  }

  readonly onProgress: OnProgress = (progress) => {
    if (progress.phase !== this.#phase) this.#begin(progress);
    const value = progress.phase === 'reading' ? progress.bytes : progress.done;
    this.#bar?.update(value, this.#payload(progress));
  };

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin(progress: Progress): void {
    this.stop();
    this.#phase = progress.phase;
    this.#started = performance.now();
    const piped = progress.phase === 'reading' && progress.total === undefined;
    this.#bar = new SingleBar(
      {
        format: piped ? A_PIPE : KNOWN,
        stream: process.stderr,
        fps: SCREEN_FPS,
        noTTYOutput: true,
        notTTYSchedule: PIPE_EVERY_MS,
        etaBuffer: 100,
      },
      Presets.shades_classic,
    );
    this.#bar.start(progress.total ?? Infinity, 0, this.#payload(progress));
  }

  #payload(progress: Progress): object {
    const label = progress.phase === 'publishing' ? `${this.#label}, publishing` : this.#label;
    const seconds = Math.max(performance.now() - this.#started, 1) / 1000;
    const rate = Math.round(progress.rows / seconds);
    return { label, rows: progress.rows.toLocaleString('en'), rate: rate.toLocaleString('en') };
  }
}

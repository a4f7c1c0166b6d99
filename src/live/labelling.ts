import type { Clock } from '../core/time/time.ts';
import { actorsIn, type LakeLook } from './lake-look.ts';
import type { ViewRows } from './view-rows.ts';

/** How often programs are looked for among the actors, in ms, and at most which share of the time that may take. */
const EVERY_MS = 2_000;
const SHARE = 1 / 20;

/** Says from time to time which actors are programs. */
export class Labelling {
  readonly #rows: Pick<ViewRows, 'label'>;
  /** The folder of the table of views. */
  readonly #folder: string;
  readonly #clock: Clock;
  #revision = 0;
  #againMs = -Infinity;

  constructor(rows: Pick<ViewRows, 'label'>, folder: string, clock: Clock) {
    this.#rows = rows;
    this.#folder = folder;
    this.#clock = clock;
  }

  /** @param revision of the numbers; they are labelled once */
  async label(revision: number, look: LakeLook): Promise<void> {
    const begunMs = this.#clock.now();
    if (this.#revision === revision || begunMs < this.#againMs) return;
    this.#revision = revision;
    await this.#rows.label(actorsIn(look, this.#folder));
    this.#againMs = begunMs + Math.max(EVERY_MS, (this.#clock.now() - begunMs) / SHARE);
  }
}

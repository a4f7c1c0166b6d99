import type { Counting, NotCounting } from '../core/question/counting.ts';
import type { Ordinal } from '../core/time/time.ts';

/** How often the time as of which numbers are right moves on, even if no number changes, in ms. */
const MOVE_MS = 5_000;

/** At most which share of the time answers may take: numbers move on the more slowly, the longer they take. */
const ANSWER_SHARE = 1 / 10;

/** Before anything is counted. */
export const STARTING: NotCounting = { why: 'The open periods are being counted; ask again in a moment.' };

/** What is said of the counting: as of when numbers are right, and which projects have any. */
export class Standing {
  readonly #firstHours = new Map<string, Ordinal>();
  #counting: Counting | NotCounting = STARTING;
  #revision = 0;
  #movedMs = -Infinity;
  #hasChanged = false;
  /** How long answers of the present numbers took, in ms. */
  #answeredMs = 0;

  get counting(): Counting | NotCounting {
    return this.#counting;
  }

  /** Grows whenever numbers have changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Notes that numbers have changed, which is said with the next move. */
  changed(): void {
    this.#hasChanged = true;
  }

  /** Notes how long an answer of the present numbers took, in ms. */
  answered(tookMs: number): void {
    this.#answeredMs += tookMs;
  }

  /** Notes that a project has views in an hour. */
  has(project: string, hour: Ordinal): void {
    this.#firstHours.set(project, Math.min(hour, this.#firstHours.get(project) ?? Infinity));
  }

  /**
   * Says as of when numbers are right, if they have changed or some time has passed, and answers leave the time for it.
   * @param projects the first hours of projects that the lake has
   */
  move(nowMs: number, asOfMs: number, projects: ReadonlyMap<string, Ordinal>): void {
    const pauseMs = Math.max(this.#hasChanged ? 0 : MOVE_MS, this.#answeredMs / ANSWER_SHARE);
    if (nowMs - this.#movedMs < pauseMs) return;
    this.#movedMs = nowMs;
    this.#hasChanged = false;
    this.#answeredMs = 0;
    const firstHours = new Map(projects);
    for (const [project, hour] of this.#firstHours)
      firstHours.set(project, Math.min(hour, firstHours.get(project) ?? Infinity));
    this.#counting = { asOfMs, revision: ++this.#revision, firstHours };
  }

  /** Says that nothing is counted. */
  stop(why: string): void {
    this.#revision++;
    this.#counting = { why };
  }
}

import type { Grain } from '../time/time.ts';

/** A dated note on a metric's numbers, by whoever is responsible for them. */
export interface Annotation {
  /** The first and the last period that it is about, as its author wrote them: `2024-03-01`, `2024-03`. */
  readonly from: string;
  readonly to: string;
  /** The unit of `from` and of `to`. */
  readonly units: readonly [Grain, Grain];
  /** The start of the first period and the end of the last one, in ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** The values that it is about, by dimension. It is about all values of the others. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
}

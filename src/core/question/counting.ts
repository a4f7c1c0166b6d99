import type { Ordinal } from '../time/time.ts';

/** What a gateway counts while it comes in. */
export interface Counting {
  /** Everything that was collected before this instant is counted, in ms since 1970. */
  readonly asOfMs: number;
  /** Grows whenever numbers have changed. */
  readonly revision: number;
  /** The first hour of each collected project that has a view. */
  readonly firstHours: ReadonlyMap<string, Ordinal>;
}

/** Numbers that stay as of an instant for longer than this aren't counted any more, in ms. */
export const STILL_MS = 15_000;

/** Says in a sentence why nothing is counted. */
export interface NotCounting {
  readonly why: string;
}

/** The open periods that a plan reads, in its source grain. */
export interface OpenPeriods extends Pick<Counting, 'revision'> {
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** The projects that have them. */
  readonly scopes: readonly string[];
}

import { type Grain, ordinalAt, startOf } from '../core/time/time.ts';
import type { DumpFile, DumpPlace } from './places.ts';

/** The files of a range, in the order of time. */
export interface ListedFiles {
  readonly files: readonly DumpFile[];
  /** The periods of the range that have no files: before the first, or not over yet. */
  readonly before: number;
  readonly future: number;
}

/**
 * Lists the files that hold a range.
 * @param range in ms since 1970; `until` is exclusive. Periods that it touches count whole
 * @param wikis the wikis, of a dump that has files by wiki
 * @param now the current time in ms since 1970
 */
export function filesIn(
  place: DumpPlace,
  range: { readonly from: number; readonly until: number },
  { wikis = [''], now }: { wikis?: readonly string[]; now: number },
): ListedFiles {
  const grain: Grain = place.period;
  const since = place.since === undefined ? -Infinity : Date.parse(place.since);
  const files: DumpFile[] = [];
  let [before, future] = [0, 0];
  for (let ordinal = ordinalAt(grain, range.from); startOf(grain, ordinal) < range.until; ordinal++) {
    const at = startOf(grain, ordinal);
    if (at < since) before++;
    else if (startOf(grain, ordinal + 1) > now) future++;
    else for (const wiki of wikis) files.push(...place.files({ at, wiki }));
  }
  return { files, before, future };
}

import { cover, type Coverage, uncover } from '../core/time/coverage.ts';
import { dimensionIndex, type Metric } from '../core/metric/metric.ts';
import { scopeKey } from '../core/time/table-state.ts';
import type { Rows } from '../core/metric/table.ts';
import { type Grain, HOUR_MS, type Ordinal, type Span, wholePeriods } from '../core/time/time.ts';
import type { Cover } from '../warehouses/warehouse.ts';
import { grainAt } from './rows-builder.ts';
import { PeriodSet } from './period-set.ts';
import type { DateRange } from './selection.ts';

/** The periods of one grain that a file has for a scope. */
interface Found {
  readonly periods: PeriodSet;
  /** The periods with a value that the file marks as unknown. */
  readonly gaps: Set<Ordinal>;
}

/** The coverage that files claim, each by itself, collected from their rows. */
export class Claims {
  readonly #scope: readonly number[];
  readonly #complete: boolean;
  readonly #range: DateRange | undefined;
  #found = new Map<Grain, Map<string, Found>>();
  readonly #covers: Cover[] = [];

  /**
   * @param complete each file holds everything of its scopes, from the first period of each to its last. Otherwise
   *   the claim is only that rows were loaded for the periods that have some.
   * @param range the dates for which the files hold everything of their scopes, even where there are no rows
   */
  constructor(metric: Metric, complete: boolean, range?: DateRange) {
    this.#scope = metric.scope.map((name) => dimensionIndex(metric, name));
    this.#complete = complete || range !== undefined;
    this.#range = range;
  }

  /** Starts another file: the following rows are its rows. */
  begin(): void {
    for (const [grain, scopes] of this.#found)
      for (const [scope, found] of scopes)
        for (const interval of this.#coverageOf(grain, found))
          this.#covers.push({ grain, scope, ...interval });
    this.#found = new Map();
  }

  add(rows: Rows): void {
    const scope = this.#scope.map((dimension) => rows.dimensions[dimension] as readonly string[]);
    let periods = new PeriodSet();
    for (let i = 0; i < rows.length; i++) {
      const grain = grainAt(rows, i);
      if (i === 0 || grain !== grainAt(rows, i - 1) || scope.some((column) => column[i] !== column[i - 1]))
        periods = this.#foundOf(grain, scopeKey(scope.map((column) => column[i] as string))).periods;
      periods.add(rows.ordinals[i] as Ordinal);
    }
    for (const { grain, ordinal, dimensions } of rows.gaps ?? []) {
      const values = this.#scope.map((dimension) => dimensions[dimension] as string);
      this.#foundOf(grain, scopeKey(values)).gaps.add(ordinal);
    }
  }

  covers(): readonly Cover[] {
    this.begin();
    return this.#covers;
  }

  #foundOf(grain: Grain, scope: string): Found {
    const scopes = this.#found.get(grain) ?? new Map<string, Found>();
    this.#found.set(grain, scopes);
    const found = scopes.get(scope) ?? { periods: new PeriodSet(), gaps: new Set<Ordinal>() };
    scopes.set(scope, found);
    return found;
  }

  #coverageOf(grain: Grain, { periods, gaps }: Found): Coverage {
    const loaded = periods.runs().map(([from, to]) => ({ first: from, last: to, complete: false }));
    const [first, last] = [loaded[0]?.first, loaded.at(-1)?.last];
    if (!this.#complete || first === undefined || last === undefined) return loaded;
    const span = this.#range ? periodsIn(this.#range, grain) : { first, last };
    if (span.first > span.last) return loaded;
    // A period with an unknown value isn't complete, even if all its other values are known.
    const complete = [...gaps].reduce<Coverage>(
      (rest, gap) => uncover(rest, gap, gap),
      [{ first: span.first, last: span.last, complete: true }],
    );
    return [...loaded, ...complete].reduce<Coverage>(cover, []);
  }
}

/** Returns the periods that lie wholly in a range. */
function periodsIn({ from, until }: DateRange, grain: Grain): Span {
  const hours = { first: Math.ceil(from / HOUR_MS), last: Math.floor(until / HOUR_MS) - 1 };
  return wholePeriods({ grain: 'hourly', ...hours }, grain);
}

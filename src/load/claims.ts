import { scopeKey } from '../core/table-state.ts';
import { dimensionIndex, type Metric } from '../core/metric.ts';
import type { Rows } from '../core/table.ts';
import type { Grain, Ordinal } from '../core/time.ts';
import type { Cover } from '../warehouses/warehouse.ts';
import { grainAt } from './rows-builder.ts';

/** The coverage that files claim: gathered from their rows. */
export class Claims {
  readonly #scope: readonly number[];
  readonly #complete: boolean;
  readonly #periods = new Map<Grain, Map<string, Set<Ordinal>>>();

  /**
   * @param complete the files hold everything of their scopes, from the first period of each to its
   * last. Otherwise no more is claimed than that rows were loaded of the periods that have some.
   */
  constructor(metric: Metric, complete: boolean) {
    this.#scope = metric.scope.map((name) => dimensionIndex(metric, name));
    this.#complete = complete;
  }

  add(rows: Rows): void {
    const scope = this.#scope.map((dimension) => rows.dimensions[dimension] as readonly string[]);
    let periods = new Set<Ordinal>();
    for (let i = 0; i < rows.length; i++) {
      const grain = grainAt(rows, i);
      if (i === 0 || grain !== grainAt(rows, i - 1) || scope.some((column) => column[i] !== column[i - 1]))
        periods = this.#periodsOf(grain, scopeKey(scope.map((column) => column[i] as string)));
      periods.add(rows.ordinals[i] as Ordinal);
    }
  }

  #periodsOf(grain: Grain, scope: string): Set<Ordinal> {
    const scopes = this.#periods.get(grain) ?? new Map<string, Set<Ordinal>>();
    this.#periods.set(grain, scopes);
    const periods = scopes.get(scope) ?? new Set<Ordinal>();
    scopes.set(scope, periods);
    return periods;
  }

  covers(): Cover[] {
    const covers: Cover[] = [];
    for (const [grain, scopes] of this.#periods) {
      for (const [scope, periods] of scopes) {
        const sorted = [...periods].sort((a, b) => a - b);
        const runs = this.#complete ? [[sorted[0], sorted.at(-1)]] : runsOf(sorted);
        for (const [first, last] of runs as [Ordinal, Ordinal][])
          covers.push({ grain, scope, first, last, complete: this.#complete });
      }
    }
    return covers;
  }
}

/** The first and last of each run of consecutive numbers. */
function runsOf(sorted: readonly Ordinal[]): [Ordinal, Ordinal][] {
  const runs: [Ordinal, Ordinal][] = [];
  for (const ordinal of sorted) {
    const run = runs.at(-1);
    if (run && run[1] === ordinal - 1) run[1] = ordinal;
    else runs.push([ordinal, ordinal]);
  }
  return runs;
}

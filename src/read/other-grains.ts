import { decodeSeriesCell } from '../core/cell/cell.ts';
import { cellKeysOf, cellPeriods, seriesKeyOf } from '../core/cell/layout.ts';
import type { EmptyQuestion } from '../core/hint/hints.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { dimensionIndex, readGrain } from '../core/metric/metric.ts';
import { hullOf } from '../core/time/coverage.ts';
import { scopeKey } from '../core/time/table-state.ts';
import { GRAINS, intersect, wholePeriods, type Grain } from '../core/time/time.ts';
import type { SeriesStore } from '../stores/series-store.ts';

/** The maximum number of cells that are read for one grain: enough for ten years of days. */
const MAX_CELLS = 120;

/**
 * The other stored grains in which a question's series has rows in its range. They are read by key, at
 * a bounded cost.
 * @returns undefined if the question asks for several series or for lists, or names no periods
 */
export async function otherGrains(
  store: Pick<SeriesStore, 'read'>,
  { metric, listed, grain, state, asked }: EmptyQuestion,
  signal: AbortSignal,
): Promise<Grain[] | undefined> {
  if (metric.home !== 'series' || metric.shape.kind === 'top' || !asked) return undefined;
  if (listed.some((values) => values.length !== 1)) return undefined;
  const values = listed.map(([value]) => value as string);
  const scope = scopeKey(metric.scope.map((name) => values[dimensionIndex(metric, name)] as string));
  const source = readGrain(metric, grain);
  const others = GRAINS.filter(
    (one) => one !== source && metric.grains[one] && readGrain(metric, one) === one,
  );
  const table = tableOf(metric).name;
  const found = await Promise.all(
    others.map(async (one): Promise<Grain[]> => {
      const hull = hullOf(state.coverage.get(one)?.get(scope) ?? []);
      if (!hull) return [];
      const span = intersect(wholePeriods(asked, one), hull);
      const periods = cellPeriods('series', span).slice(0, MAX_CELLS);
      if (periods.length === 0) return [];
      const cells = await store.read(table, cellKeysOf(seriesKeyOf(metric, values), periods), signal);
      const hasRow = cells.some((bytes, i) => {
        if (!bytes) return false;
        const { first } = periods[i] as { first: number };
        return decodeSeriesCell(bytes).presence.some(
          (there, slot) => there !== 0 && first + slot >= span.first && first + slot <= span.last,
        );
      });
      return hasRow ? [one] : [];
    }),
  );
  return found.flat();
}

import type { TestContext } from 'node:test';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { columnName } from '../../src/core/metric/table.ts';
import type { Grain } from '../../src/core/time/time.ts';
import { openCounter, type OpenCounter } from '../../src/live/open-counter.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { SIGNAL } from '../load/engines.ts';
import type { TestLake } from '../refine/lake.ts';

/** Opens a counter beside a lake, until the end of the test. */
export async function counterOf(
  t: TestContext,
  lake: TestLake,
  options: { readonly maxRows?: number } = {},
): Promise<OpenCounter> {
  const open = await openCounter({
    lake: lake.lake,
    log: lake.log,
    rules: lake.rules,
    metrics: METRICS,
    clock: { now: () => lake.clock.ms },
    maxRows: 100_000,
    ...options,
  });
  t.after(open.close);
  return open;
}

/** The rows that a metric's table has of some periods, as texts, sorted. */
export async function countedRows(
  { numbers }: OpenCounter,
  metric: Metric,
  { grain, first, last }: { readonly grain: Grain; readonly first: number; readonly last: number },
  where: Readonly<Record<string, readonly string[]>> = {},
): Promise<string[]> {
  const found: string[] = [];
  const asked = {
    table: tableOf(metric),
    grain,
    first,
    last,
    where: Object.entries(where).map(([name, values]) => ({ column: columnName(name), values })),
  };
  for await (const rows of numbers.tables.select(asked, SIGNAL))
    for (let i = 0; i < rows.length; i++) {
      const texts = [...rows.dimensions, ...rows.entry].map((column) => column[i]);
      const ranks = rows.ranks ? [rows.ranks[i]] : [];
      found.push(
        [rows.ordinals[i], ...texts, ...ranks, ...rows.measures.map((column) => column[i])].join(' '),
      );
    }
  return found.sort();
}

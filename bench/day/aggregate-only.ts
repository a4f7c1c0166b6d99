/**
 * Makes the metrics of a lake's views, as `kraken aggregate` does, but publishes nothing: what is compared with
 * DuckDB alone, which has no series store to fill.
 * `node dist/bench/day/aggregate-only.js LAKE [--again]`
 */
import { aggregate } from '../../src/load/aggregate.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { viewSource } from '../../src/refine/view-source.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';

const [lake = '', again] = process.argv.slice(2);
const warehouse = await openDuckdbWarehouse(lake);
await aggregate({
  warehouse,
  store: undefined,
  metrics: METRICS.filter((metric) => metric.aggregate?.source.name === 'view_events'),
  views: () => viewSource(lake),
  again: again === '--again',
  holder: 'bench',
  waitMs: 0,
  signal: new AbortController().signal,
  onDone: ({ metric, seconds }) => console.error(`${metric.name}: ${seconds.toFixed(1)} s`),
});
await warehouse.close();

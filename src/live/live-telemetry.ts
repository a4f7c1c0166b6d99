import type { Registry } from 'prom-client';
import type { Counting, NotCounting } from '../core/question/counting.ts';
import { secondsSince, show } from '../telemetry/show.ts';

/** Shows operators how counting of open periods is doing, for Prometheus. */
export function showCounting(
  registry: Registry,
  counter: { readonly counting: Counting | NotCounting; readonly held: number },
  now: () => number,
): void {
  show(
    registry,
    'kraken_live_rows',
    'Page views that are held in memory because no table has them yet.',
    () => counter.held,
  );
  show(
    registry,
    'kraken_live_counting',
    '1 while open periods have numbers; 0 at the start, and while more waits than may be held.',
    () => ('why' in counter.counting ? 0 : 1),
  );
  show(
    registry,
    'kraken_live_lag_seconds',
    'The age of the instant up to which everything is counted.',
    () => ('why' in counter.counting ? undefined : secondsSince(counter.counting.asOfMs, now())),
  );
}

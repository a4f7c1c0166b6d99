import { Gauge, type Registry } from 'prom-client';
import type { Counting, NotCounting } from '../core/question/counting.ts';

/** Shows operators how counting of open periods is doing, for Prometheus. */
export function showCounting(
  registry: Registry,
  counter: { readonly counting: Counting | NotCounting; readonly held: number },
  now: () => number,
): void {
  const registers = [registry];
  new Gauge({
    name: 'kraken_live_rows',
    help: 'Page views that are held in memory because no table has them yet.',
    registers,
    collect() {
      this.set(counter.held);
    },
  });
  new Gauge({
    name: 'kraken_live_counting',
    help: '1 while open periods have numbers; 0 at the start, and while more waits than may be held.',
    registers,
    collect() {
      this.set('why' in counter.counting ? 0 : 1);
    },
  });
  new Gauge({
    name: 'kraken_live_lag_seconds',
    help: 'The age of the instant up to which everything is counted.',
    registers,
    collect() {
      if (!('why' in counter.counting)) this.set(Math.max(0, (now() - counter.counting.asOfMs) / 1000));
    },
  });
}

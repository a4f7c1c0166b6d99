import { Gauge, type Registry } from 'prom-client';

/**
 * Shows a number, which is read when Prometheus asks.
 * @param value is undefined where the number is not known; the last one that was stands then
 * @param aggregator what it is of several processes: the sum, or that of the first one, which has the operators' port
 */
export function show(
  registry: Registry,
  name: string,
  help: string,
  value: () => number | undefined,
  aggregator: 'sum' | 'first' = 'sum',
): void {
  new Gauge({
    name,
    help,
    aggregator,
    registers: [registry],
    collect() {
      const found = value();
      if (found !== undefined) this.set(found);
    },
  });
}

/** Seconds since an instant, which may be a little ahead. Both in ms. */
export function secondsSince(instant: number, now: number): number {
  return Math.max(0, (now - instant) / 1000);
}

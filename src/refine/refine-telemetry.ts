import { Counter, Gauge, type Registry } from 'prom-client';
import { secondsSince, show } from '../telemetry/show.ts';
import type { Refined } from './refiner.ts';

/** Shows operators how refining is doing, for Prometheus. */
export class RefineTelemetry {
  readonly #hours: Counter;
  readonly #views: Counter;
  readonly #failures: Counter;
  readonly #held: Gauge;
  #closedMs = 0;

  /** @param registry gets the metrics @param now ms since 1970 */
  constructor(registry: Registry, now: () => number) {
    const registers = [registry];
    this.#hours = new Counter({
      name: 'kraken_refine_hours_total',
      help: 'Hours of raw rows that were refined; an hour counts again when rows came to it.',
      registers,
    });
    this.#views = new Counter({
      name: 'kraken_refine_views_total',
      help: 'Views in these hours.',
      registers,
    });
    this.#failures = new Counter({
      name: 'kraken_refine_failures_total',
      help: 'Rounds of refining that failed. They are tried again.',
      registers,
    });
    this.#held = new Gauge({
      name: 'kraken_refine_held',
      help: '1 while an hour stays open because too much of it was lost before it was collected.',
      registers,
    });
    show(
      registry,
      'kraken_refine_lag_seconds',
      'The age of the last closed hour: views before it are complete.',
      () => (this.#closedMs > 0 ? secondsSince(this.#closedMs, now()) : undefined),
    );
  }

  /** Takes what a round came to. */
  round({ done, closing }: Refined): void {
    for (const { kind, views } of done) {
      if (kind !== 'make') continue;
      this.#hours.inc();
      this.#views.inc(views);
    }
    this.#closedMs = closing.closedMs;
    this.#held.set(closing.held ? 1 : 0);
  }

  failed(): void {
    this.#failures.inc();
  }
}

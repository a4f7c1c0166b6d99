import { Counter, type Registry } from 'prom-client';
import { show } from '../telemetry/show.ts';

/** The metrics of workers. Only a gateway with several has them. */
export class CrewTelemetry {
  readonly #deaths: Counter;

  constructor(registry: Registry, serving: () => number) {
    show(registry, 'kraken_workers', 'Workers that serve (KRAKEN_WORKERS).', serving);
    this.#deaths = new Counter({
      name: 'kraken_worker_deaths_total',
      help: 'Workers that ended by themselves and were replaced.',
      registers: [registry],
    });
  }

  /** Counts a worker that ended by itself. */
  died(): void {
    this.#deaths.inc();
  }
}

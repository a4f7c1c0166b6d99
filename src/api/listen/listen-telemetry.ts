import { Counter, type Registry } from 'prom-client';
import { show } from '../../telemetry/show.ts';

/** The sources of the numbers. They are read when Prometheus asks. */
export interface ListenSources {
  readonly listeners: () => number;
  readonly feeds: () => { readonly feeds: number; readonly bytes: number };
}

/** The metrics of those who listen. */
export class ListenTelemetry {
  readonly #ends: Counter<'reason'>;

  constructor(registry: Registry, { listeners, feeds }: ListenSources) {
    this.#ends = new Counter({
      name: 'kraken_listener_ends_total',
      help: 'Connections that listened and have ended, by the reason. left: the client went away.',
      labelNames: ['reason'],
      registers: [registry],
    });
    const gauge = show.bind(undefined, registry);
    gauge('kraken_listeners', 'Connections that listen to answers.', listeners);
    gauge('kraken_feeds', 'Questions whose answers are followed.', () => feeds().feeds);
    gauge('kraken_feed_bytes', 'Bytes held by the rows of followed answers.', () => feeds().bytes);
  }

  /** Counts a connection that has ended. */
  ended(reason: string): void {
    this.#ends.inc({ reason });
  }
}

import { Counter, Gauge, type Registry } from 'prom-client';

/** The sources of the numbers. They are read when Prometheus asks. */
export interface ListenSources {
  readonly listeners: () => number;
  readonly feeds: () => { readonly feeds: number; readonly bytes: number };
}

/** The metrics of those who listen. */
export class ListenTelemetry {
  readonly #ends: Counter<'reason'>;

  constructor(registry: Registry, { listeners, feeds }: ListenSources) {
    const registers = [registry];
    this.#ends = new Counter({
      name: 'kraken_listener_ends_total',
      help: 'Connections that listened and have ended, by the reason. left: the client went away.',
      labelNames: ['reason'],
      registers,
    });
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    gauge('kraken_listeners', 'Connections that listen to answers.', listeners);
    gauge('kraken_feeds', 'Questions whose answers are followed.', () => feeds().feeds);
    gauge('kraken_feed_bytes', 'Bytes held by the rows of followed answers.', () => feeds().bytes);
  }

  /** Counts a connection that has ended. */
  ended(reason: string): void {
    this.#ends.inc({ reason });
  }
}

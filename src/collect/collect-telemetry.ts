import { Counter, Histogram, type Registry } from 'prom-client';
import { show } from '../telemetry/show.ts';
import type { Counts } from './counts.ts';
import type { Refusal } from './incoming.ts';

/** What operators can see of collecting, for Prometheus. */
export class CollectTelemetry implements Counts {
  readonly #events: Counter<'stream' | 'outcome'>;
  /** The counters of accepted events by stream, because looking up labels at every request is slow. */
  readonly #accepted = new Map<string, Counter.Internal>();
  readonly #refused: Counter<'stream' | 'reason'>;
  readonly #durable: Histogram;
  readonly #rejectsLost: Counter;

  /**
   * @param registry gets the metrics
   * @param ready whether the log takes events
   */
  constructor(registry: Registry, ready: () => boolean) {
    const registers = [registry];
    this.#events = new Counter({
      name: 'kraken_collect_events_total',
      help: 'Events by stream and outcome: accepted (durable, or left_out by sampling), or failed because the log took none.',
      labelNames: ['stream', 'outcome'],
      registers,
    });
    this.#refused = new Counter({
      name: 'kraken_collect_refused_total',
      help: 'Events that were refused, by stream (unknown: there is none of that name) and reason.',
      labelNames: ['stream', 'reason'],
      registers,
    });
    this.#durable = new Histogram({
      name: 'kraken_collect_durable_seconds',
      help: 'From the receipt of a batch of events until the log has it durably.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.#rejectsLost = new Counter({
      name: 'kraken_collect_rejects_lost_total',
      help: 'Refused events that were not kept: there were too many, or the log took none.',
      registers,
    });
    show(registry, 'kraken_event_log_ready', '1 while the event log takes events.', () => (ready() ? 1 : 0));
  }

  accepted(stream: string, events: number): void {
    let accepted = this.#accepted.get(stream);
    if (!accepted)
      this.#accepted.set(stream, (accepted = this.#events.labels({ stream, outcome: 'accepted' })));
    accepted.inc(events);
  }

  leftOut(stream: string, events: number): void {
    if (events > 0) this.#events.inc({ stream, outcome: 'left_out' }, events);
  }

  refused(stream: string | undefined, reason: Refusal, events: number): void {
    this.#refused.inc({ stream: stream ?? 'unknown', reason }, events);
  }

  failed(stream: string, events: number): void {
    this.#events.inc({ stream, outcome: 'failed' }, events);
  }

  durable(seconds: number): void {
    this.#durable.observe(seconds);
  }

  rejectLost(): void {
    this.#rejectsLost.inc();
  }
}

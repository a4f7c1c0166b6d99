import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerCache } from '../read/answer-cache.ts';
import type { CellReader } from '../read/cells.ts';

/** What operators can see of the gateway, for Prometheus. */
export class Telemetry {
  readonly registry = new Registry();
  readonly #requests: Counter<'route' | 'status'>;
  readonly #seconds: Histogram;
  /** Label children are looked up once: it is done at every request. */
  readonly #known = new Map<string, { inc(): void }>();

  constructor(caches: { cells: CellReader; answers: AnswerCache }) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: 'kraken_http_requests_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'kraken_http_request_duration_seconds',
      help: 'From the first byte of a request to the last of its answer.',
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    this.gauge('kraken_cell_cache_bytes', 'Bytes held by decoded cells.', () => caches.cells.usage.bytes);
    this.gauge('kraken_cell_cache_cells', 'Decoded cells held.', () => caches.cells.usage.cells);
    this.gauge(
      'kraken_answer_cache_bytes',
      'Bytes held by rendered answers.',
      () => caches.answers.usage.bytes,
    );
    this.gauge('kraken_answer_cache_answers', 'Rendered answers held.', () => caches.answers.usage.answers);
  }

  /** Shows a number as it is when somebody looks. */
  gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** @param seconds how long the answer took */
  answered(route: string, status: number, seconds: number): void {
    const key = `${route} ${status}`;
    let counter = this.#known.get(key);
    if (!counter) this.#known.set(key, (counter = this.#requests.labels({ route, status })));
    counter.inc();
    this.#seconds.observe(seconds);
  }
}

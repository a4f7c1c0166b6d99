import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { show } from '../../telemetry/show.ts';

/** The sources of the numbers. They are read when Prometheus asks. */
export interface TelemetrySources {
  readonly admission: { readonly underWay: number };
  readonly cells: { readonly usage: { readonly bytes: number; readonly cells: number } };
  readonly answers: { readonly usage: { readonly bytes: number; readonly answers: number } };
  /** Whether `/readyz` says ok. */
  readonly ready: () => boolean;
  /** The numbers of published data sets, graphs and dashboards, and of mistakes in their files. */
  readonly datasets: () => { readonly published: number; readonly mistakes: number };
}

/** The interval at which the lag of the event loop is measured, in ms. 10 ms would cost half a percent of a core. */
const LAG_MS = 200;

/** The gateway's metrics for Prometheus. */
export class Telemetry {
  readonly registry = new Registry();
  readonly #requests: Counter<'route' | 'status'>;
  readonly #seconds: Histogram;
  /** The counters by route and status, because looking up labels at every request is slow. */
  readonly #known = new Map<string, { inc(): void }>();

  constructor({ admission, cells, answers, ready, datasets }: TelemetrySources) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_MS });
    this.#requests = new Counter({
      name: 'kraken_http_requests_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'kraken_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last byte of its answer.',
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    const gauge = show.bind(undefined, this.registry);
    gauge(
      'kraken_ready',
      '1 while /readyz says ok: both engines answer, and the process is not stopping.',
      () => (ready() ? 1 : 0),
      'first',
    );
    gauge('kraken_http_requests_under_way', 'Requests that are being answered.', () => admission.underWay);
    gauge('kraken_cell_cache_bytes', 'Bytes held by decoded cells.', () => cells.usage.bytes);
    gauge('kraken_cell_cache_cells', 'Decoded cells held.', () => cells.usage.cells);
    gauge('kraken_answer_cache_bytes', 'Bytes held by rendered answers.', () => answers.usage.bytes);
    gauge('kraken_answer_cache_answers', 'Rendered answers held.', () => answers.usage.answers);
    gauge('kraken_datasets', 'Data sets, graphs and dashboards published.', () => datasets().published);
    gauge('kraken_dataset_mistakes', 'Mistakes in the files of data owners.', () => datasets().mistakes);
  }

  /** Counts an answer. @param seconds its duration */
  answered(route: string, status: number, seconds: number): void {
    const key = `${route} ${status}`;
    let counter = this.#known.get(key);
    if (!counter) this.#known.set(key, (counter = this.#requests.labels({ route, status })));
    counter.inc();
    this.#seconds.observe(seconds);
  }
}

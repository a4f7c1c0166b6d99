import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Figures } from './messages.ts';

/** The kinds of metrics that only grow. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram']);

/**
 * Sums the metrics of several processes. What a process counted stays in the sums after its end: if they fell,
 * Prometheus would take it for a new start of everything. Of a process that was killed, that is what it said last,
 * which is what the last sums had of it.
 */
export class SummedMetrics<Process extends object> {
  readonly #last = new Map<Process, Figures>();
  /** The counts of all that have ended. */
  #ended: Promise<Figures> = Promise.resolve([]);

  /** Notes what a process says of itself. */
  note(process: Process, found: Figures): void {
    this.#last.set(process, found);
  }

  end(process: Process): void {
    const last = this.#last.get(process);
    this.#last.delete(process);
    if (!last) return;
    const growing = last.filter(({ type }) => GROWING.has(String(type)));
    this.#ended = this.#ended.then((before) => sumOf([before, growing]).getMetricsAsJSON());
  }

  /**
   * The metrics of all processes, as Prometheus reads them. Gauges are sums, unless a metric says otherwise.
   * @param own those of this process, which count first
   */
  async text(own: Registry): Promise<string> {
    // Taken at once: a process that ends meanwhile is in one of them, not in both or neither.
    const others = [...this.#last.values()];
    const [mine, ended] = await Promise.all([own.getMetricsAsJSON(), this.#ended]);
    return sumOf([mine, ...others, ended]).metrics();
  }
}

function sumOf(all: readonly Figures[]): Registry {
  return AggregatorRegistry.aggregate(all as object[]);
}

import { Counter, Gauge, type Registry } from 'prom-client';
import { secondsSince } from '../telemetry/show.ts';
import type { RawManifest } from './manifest.ts';
import type { Round } from './stream-loader.ts';

/** Shows operators how a loader is doing, for Prometheus. */
export class LoadTelemetry {
  readonly #records: Counter<'stream'>;
  readonly #stopped: Gauge<'stream'>;
  readonly #newestCommit: Gauge<'stream'>;
  readonly #now: () => number;

  /**
   * @param registry gets the metrics
   * @param manifests the manifests of the raw tables, by stream
   * @param now ms since 1970
   */
  constructor(registry: Registry, manifests: () => ReadonlyMap<string, RawManifest>, now: () => number) {
    const registers = [registry];
    this.#now = now;
    this.#records = new Counter({
      name: 'kraken_load_records_total',
      help: 'Records of the event log that were loaded, by stream.',
      labelNames: ['stream'],
      registers,
    });
    this.#newestCommit = new Gauge({
      name: 'kraken_load_last_commit_timestamp_seconds',
      help: 'The time of the last commit that loaded events, by stream.',
      labelNames: ['stream'],
      registers,
    });
    this.#stopped = new Gauge({
      name: 'kraken_load_stopped',
      help: '1 while a stream is not loaded because the event log has lost records of it.',
      labelNames: ['stream'],
      registers,
    });
    new Gauge({
      name: 'kraken_load_lag_seconds',
      help: 'The age of the watermark, by stream: everything received before it is loaded.',
      labelNames: ['stream'],
      registers,
      collect() {
        for (const [stream, { watermarkMs }] of manifests()) {
          if (watermarkMs > 0) this.set({ stream }, secondsSince(watermarkMs, now()));
        }
      },
    });
    new Gauge({
      name: 'kraken_load_files',
      help: 'Live files of hours that are not sealed yet, by stream.',
      labelNames: ['stream'],
      registers,
      collect() {
        for (const [stream, { hours }] of manifests()) {
          const files = [...hours.values()].reduce((sum, hour) => sum + hour.files.length, 0);
          this.set({ stream }, files);
        }
      },
    });
  }

  /** Takes what a round of all streams came to. */
  round(rounds: ReadonlyMap<string, Round>): void {
    for (const [stream, { records, stopped }] of rounds) {
      this.#stopped.set({ stream }, stopped ? 1 : 0);
      if (records === 0) continue;
      this.#records.inc({ stream }, records);
      this.#newestCommit.set({ stream }, this.#now() / 1000);
    }
  }
}

import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { CounterMessage, CounterRequest } from '../live/counter-messages.ts';
import type { Revisions } from '../read/watch.ts';

/** The metrics of a process, as prom-client gives them. */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a worker is started with. */
export interface Start {
  /** The version of the primary's code. */
  readonly version: string;
  readonly config: Config;
  /** What the primary has seen of the data. */
  readonly revisions: Revisions;
  /** The folders of data sets. */
  readonly folders: readonly string[];
  /** The names of the data sets that are served; undefined while the primary hasn't read them. */
  readonly datasets: readonly string[] | undefined;
  /** Whether open periods are counted. */
  readonly counts: boolean;
}

/** What a worker is told. All of it is plain data, as processes copy it. */
export type ToWorker =
  | { readonly start: Start }
  /** The data changed, or an engine stopped answering. */
  | { readonly look: Revisions }
  /** Data sets, graphs or dashboards changed. The names are those of the data sets that are served now. */
  | { readonly datasets: readonly string[] }
  /** Asks for its metrics. The answer has the same number. */
  | { readonly metrics: number }
  /** What the counter of open periods says. */
  | { readonly counter: CounterMessage }
  /** All workers will end soon: clients go on on other connections. New ones are still taken. */
  | { readonly drain: true }
  /** Another worker has its place. It takes no new connections, and ends when its own have ended. */
  | { readonly leave: true }
  /** It finishes the running requests, and ends. */
  | { readonly end: true };

/** What a worker says. */
export type FromWorker =
  /** It hears what it is told from now on. */
  | { readonly hears: true }
  /** It listens on this address. */
  | { readonly serving: string }
  /** It can't start, or not go on; it ends. */
  | { readonly failed: string }
  /** @param metrics the number of the question; 0 for the last ones, which nobody asked for */
  | { readonly metrics: number; readonly found: Figures }
  /** A question to the counter of open periods. */
  | { readonly counter: CounterRequest };

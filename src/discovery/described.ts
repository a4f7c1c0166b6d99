import { describeMetric, type MetricEntry } from '../api/catalogue/catalogue.ts';
import type { Metric } from '../core/metric/metric.ts';
import { hullOf } from '../core/time/coverage.ts';
import { coverageOf, type TableState } from '../core/time/table-state.ts';
import { DAY_MS, formatDate, GRAINS, ordinalAt, startOf } from '../core/time/time.ts';
import { FORMATS_BY_ACCEPT } from '../formats/formats.ts';
import { exampleOf } from '../read/examples.ts';
import type { Road } from '../read/road.ts';

/** A metric as machines that look for data want to know it. All addresses are absolute. */
export interface Described {
  readonly entry: MetricEntry;
  /** The address of its page. */
  readonly page: string;
  /** The address of its description as JSON. */
  readonly json: string;
  /** The address of the licence's text. */
  readonly licence: string;
  /** The first and the last day that its loaded data touches, as YYYY-MM-DD; undefined if nothing is loaded. */
  readonly days: { readonly from: string; readonly to: string } | undefined;
  /** When its data last changed, in ms since 1970; undefined if it isn't known. */
  readonly changedAt: number | undefined;
  /** One answer of it, in every format; empty if nothing is loaded. */
  readonly downloads: readonly Download[];
}

export interface Download {
  /** The name of the format: `csv`. */
  readonly format: string;
  readonly title: string;
  readonly url: string;
  /** Without parameters: `text/csv`. */
  readonly mediaType: string;
}

/**
 * Describes a metric.
 * @param base the public address of the API, without a trailing slash
 * @throws EngineError if its engine never answered: a catalogue without it would tell portals to forget it
 */
export function describedOf(road: Road, metric: Metric, base: string): Described {
  const state = road.watch.stateOf(metric);
  const entry = describeMetric(metric, state, base, road.budget);
  return {
    entry,
    page: `${base}/docs/${entry.name}`,
    json: `${base}/catalogue/${entry.name}`,
    licence: licenceUrl(entry.licence),
    days: daysOf(state),
    changedAt: changedAt(road, metric),
    downloads: entry.loaded ? downloadsOf(road, metric, base) : [],
  };
}

/** Describes all metrics of the catalogue, in its order. @throws EngineError as `describedOf` */
export function allDescribed(road: Road, base: string): Described[] {
  return road.catalogue.metrics.map((metric) => describedOf(road, metric, base));
}

/** When a metric's data last changed, in ms since 1970; undefined if it isn't known. */
export function changedAt({ watch }: Road, metric: Metric): number | undefined {
  const history = watch.historyOf(metric);
  return history?.changes.at(-1)?.at ?? history?.since;
}

/** The address of a licence's text, by its SPDX name. */
export function licenceUrl(spdx: string): string {
  return `https://spdx.org/licenses/${encodeURIComponent(spdx)}.html`;
}

/** A time as a date and time of XML Schema and RFC 3339, in seconds. */
export function dateTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function daysOf(state: TableState): Described['days'] {
  const hulls = GRAINS.flatMap((grain) => {
    const hull = hullOf(coverageOf(state, grain, undefined));
    return hull ? [{ from: startOf(grain, hull.first), to: startOf(grain, hull.last + 1) - DAY_MS }] : [];
  });
  if (hulls.length === 0) return undefined;
  const day = (ms: number): string => formatDate('daily', ordinalAt('daily', ms));
  const from = Math.min(...hulls.map((hull) => hull.from));
  const to = Math.max(from, ...hulls.map((hull) => hull.to));
  return { from: day(from), to: day(to) };
}

function downloadsOf(road: Road, metric: Metric, base: string): Download[] {
  const example = exampleOf(road, metric);
  if (!example?.plan) return [];
  return FORMATS_BY_ACCEPT.map(([format, { label, suffix, type }]) => ({
    format,
    title: `${metric.title}, ${label}`,
    url: `${base}/metrics${example.path}${suffix}`,
    mediaType: type.split(';', 1)[0] as string,
  }));
}

import { describeMetric, type MetricEntry } from '../api/catalogue/catalogue.ts';
import { licenceUrl, type Metric } from '../core/metric/metric.ts';
import { hullOf } from '../core/time/coverage.ts';
import { coverageOf, type TableState } from '../core/time/table-state.ts';
import { DAY_MS, formatDate, GRAINS, ordinalAt, startOf } from '../core/time/time.ts';
import type { Downloads, NamedFile } from '../downloads/downloads.ts';
import { FORMATS_BY_ACCEPT } from '../formats/formats.ts';
import { exampleOf, type Example } from '../read/examples.ts';
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
}

/** A metric with what can be downloaded of it: its tables, and one answer, in every format; nothing if nothing is loaded. */
export interface Downloadable extends Described {
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
  const page = `${base}/docs/${entry.name}`;
  return {
    entry,
    page,
    json: `${base}/catalogue/${entry.name}`,
    // A licence of one's own is told on the page.
    licence: licenceUrl(entry.licence) ?? page,
    days: daysOf(state),
    changedAt: changedAt(road, metric),
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

/** The day of a time, in UTC: `2024-03-01`. */
export function dayAt(ms: number): string {
  return formatDate('daily', ordinalAt('daily', ms));
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
  const from = Math.min(...hulls.map((hull) => hull.from));
  const to = Math.max(from, ...hulls.map((hull) => hull.to));
  return { from: dayAt(from), to: dayAt(to) };
}

/**
 * Adds what can be downloaded of a metric.
 * @param example one of its questions
 * @param files its tables as files
 */
export function withDownloads(
  described: Described,
  example: Example | undefined,
  files: readonly NamedFile[],
  base: string,
): Downloadable {
  const { title } = described.entry;
  const tables = files.map(({ piece, format, path }) => ({
    format: format.name,
    title: `${title}, ${piece.name.replace('/', ' ')}, ${format.label}`,
    url: base + path,
    mediaType: format.type.split(';', 1)[0] as string,
  }));
  if (!example?.plan) return { ...described, downloads: tables };
  const answers = FORMATS_BY_ACCEPT.map(([format, { label, suffix, type }]) => ({
    format,
    title: `${title}, an answer, ${label}`,
    url: `${base}/metrics${example.path}${suffix}`,
    mediaType: type.split(';', 1)[0] as string,
  }));
  return { ...described, downloads: [...tables, ...answers] };
}

/** All metrics with loaded data, with what can be downloaded of them. @throws EngineError as `describedOf` */
export function allDownloadable(road: Road, files: Downloads, base: string): Downloadable[] {
  return road.catalogue.metrics.flatMap((metric) => {
    const described = describedOf(road, metric, base);
    return described.entry.loaded
      ? [withDownloads(described, exampleOf(road, metric), files.mainFilesOf(metric), base)]
      : [];
  });
}

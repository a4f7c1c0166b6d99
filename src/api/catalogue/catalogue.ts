import type { Catalogue } from '../../core/metric/catalogue.ts';
import { hullOf, type Coverage } from '../../core/time/coverage.ts';
import { licenceOf, openDimensions, type Metric } from '../../core/metric/metric.ts';
import { annotationEntry, type AnnotationEntry } from '../../core/question/annotations.ts';
import { filledPath } from '../../core/metric/path-parameters.ts';
import { coverageOf, type TableState } from '../../core/time/table-state.ts';
import { formatDate, GRAINS, type Grain } from '../../core/time/time.ts';

/** The first and last loaded period of a metric in one grain. */
export interface LoadedSpan {
  readonly from: string;
  readonly to: string;
  /** The number of scopes (projects, referers, …) that have rows. */
  readonly scopes: number;
}

/** The description of a metric in the catalogue. */
export interface MetricEntry {
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  readonly source: string;
  readonly licence: string;
  readonly owner?: string;
  readonly caveats?: readonly string[];
  /** Dated notes of its owner. */
  readonly annotations?: readonly AnnotationEntry[];
  readonly home: Metric['home'];
  readonly path: string;
  readonly dimensions: readonly {
    name: string;
    doc: string;
    values?: readonly string[];
    total?: string;
    allowed: string;
  }[];
  /** The dimensions with a fixed value. They are not in the path. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly measures: readonly { name: string; doc: string; unit: string; additive: boolean }[];
  readonly granularities: readonly Grain[];
  /** Whether any data is loaded. If not, the examples have no answer yet. */
  readonly loaded: boolean;
  readonly coverage: Readonly<Partial<Record<Grain, LoadedSpan>>>;
  readonly limits: { readonly points: number };
  readonly examples: readonly string[];
}

/** Describes a metric. @param base the public base URL, without a trailing slash; may be empty */
export function describeMetric(metric: Metric, state: TableState, base: string, points: number): MetricEntry {
  const coverage = loadedOf(state);
  return {
    name: metric.name,
    title: metric.title,
    doc: metric.doc,
    source: metric.source,
    licence: licenceOf(metric),
    ...(metric.owner === undefined ? {} : { owner: metric.owner }),
    ...(metric.caveats ? { caveats: metric.caveats } : {}),
    ...(metric.annotations ? { annotations: metric.annotations.map(annotationEntry) } : {}),
    home: metric.home,
    path: `/metrics${metric.path}`,
    dimensions: openDimensions(metric).map(({ name, doc, values, total, allowed }) => ({
      name,
      doc,
      ...(values ? { values } : {}),
      ...(total === undefined ? {} : { total }),
      allowed,
    })),
    ...(metric.fixed ? { fixed: metric.fixed } : {}),
    measures: Object.entries(metric.measures).map(([name, { doc, unit, additive }]) => ({
      name,
      doc,
      unit,
      additive,
    })),
    granularities: GRAINS.filter((grain) => metric.grains[grain]),
    loaded: Object.keys(coverage).length > 0,
    coverage,
    limits: { points },
    examples: metric.examples.map((example) => base + exampleUrl(metric, example)),
  };
}

/** Describes all metrics of the catalogue, in its order. */
export function describeCatalogue(
  catalogue: Catalogue,
  stateOf: (metric: Metric) => TableState,
  base: string,
  points: number,
): { metrics: MetricEntry[] } {
  return {
    metrics: catalogue.metrics.map((metric) => describeMetric(metric, stateOf(metric), base, points)),
  };
}

function loadedOf(state: TableState): Partial<Record<Grain, LoadedSpan>> {
  const loaded: Partial<Record<Grain, LoadedSpan>> = {};
  for (const [grain, scopes] of state.coverage) {
    const hull = hullOf(coverageOf(state, grain, undefined));
    if (hull)
      loaded[grain] = {
        from: formatDate(grain, hull.first),
        to: formatDate(grain, hull.last),
        scopes: scopes.size,
      };
  }
  return loaded;
}

/**
 * Describes the loaded data of each scope of a metric: `{"daily": {"en.wikipedia": [{from, to, complete}]}}`.
 */
export function describeScopes(
  state: TableState,
): Record<string, Record<string, { from: string; to: string; complete: boolean }[]>> {
  const named = (grain: Grain, coverage: Coverage): { from: string; to: string; complete: boolean }[] =>
    coverage.map(({ first, last, complete }) => ({
      from: formatDate(grain, first),
      to: formatDate(grain, last),
      complete,
    }));
  return Object.fromEntries(
    [...state.coverage].map(([grain, scopes]) => [
      grain,
      Object.fromEntries(
        [...scopes].map(([scope, coverage]) => [scope.replaceAll('\0', ' '), named(grain, coverage)]),
      ),
    ]),
  );
}

/** Returns the percent-encoded URL path of an example. */
export function exampleUrl(metric: Metric, example: Readonly<Record<string, string>>): string {
  return `/metrics${filledPath(metric, example)}`;
}

import type { Catalogue } from '../metric/catalogue.ts';
import { openDimensions, type Metric } from '../metric/metric.ts';
import { pathParameters } from '../metric/path-parameters.ts';
import type { PathQuestion, QuestionOptions } from './question.ts';
import { named, own } from '../value/named.ts';

export interface MetricTarget {
  readonly kind: 'metric';
  readonly metric: Metric;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A metric or a family that a path under /metrics names. */
export type Target =
  | MetricTarget
  /** The root of a family, with a trailing slash: `/pageviews/`. */
  | { readonly kind: 'family'; readonly names: readonly string[] };

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: Node;
  metric?: { readonly metric: Metric; readonly names: readonly string[] };
}

/** The paths of a catalogue's metrics, as a tree of segments. */
class MetricPaths {
  readonly #root: Node = { literals: new Map() };

  constructor(catalogue: Catalogue) {
    for (const metric of catalogue.metrics) {
      let node = this.#root;
      for (const segment of metric.path.slice(1).split('/')) node = child(node, segment);
      node.metric = { metric, names: pathParameters(metric) };
    }
  }

  /**
   * @param path the part after `/metrics`, as it was sent: `/pageviews/top/en.wikipedia/…`
   * @returns undefined if the path names nothing
   */
  find(path: string): Target | undefined {
    const segments = path.slice(1).split('/');
    if (segments.at(-1) === '') return this.#family(segments.slice(0, -1));
    const values: string[] = [];
    let node: Node | undefined = this.#root;
    for (const segment of segments) {
      if (segment === '') return undefined;
      const literal: Node | undefined = node.literals.get(segment);
      if (!literal) values.push(decodeSegment(segment));
      node = literal ?? node.parameter;
      if (!node) return undefined;
    }
    if (!node.metric) return undefined;
    const { metric, names } = node.metric;
    const parameters = named<string>();
    names.forEach((name, i) => (parameters[name] = values[i] as string));
    return { kind: 'metric', metric, parameters };
  }

  /** AQS: `/pageviews/` lists the names below it. */
  #family(segments: readonly string[]): Target | undefined {
    let node: Node | undefined = this.#root;
    for (const segment of segments) node = node?.literals.get(segment);
    if (!node || node.literals.size === 0) return undefined;
    return { kind: 'family', names: [...node.literals.keys()].sort() };
  }
}

const known = new WeakMap<Catalogue, MetricPaths>();

/** The paths of a catalogue, built once. */
export function pathsOf(catalogue: Catalogue): Pick<MetricPaths, 'find'> {
  let paths = known.get(catalogue);
  if (!paths) known.set(catalogue, (paths = new MetricPaths(catalogue)));
  return paths;
}

/**
 * The question that a metric's path asks. Nothing is checked here; `plan` finds the mistakes.
 * Every transport that takes a path (REST, Limn, pages, dashboards) uses this function.
 */
export function questionOf(
  { metric, parameters }: MetricTarget,
  options: QuestionOptions = {},
): PathQuestion {
  const where = named<readonly string[]>();
  for (const { name, values } of openDimensions(metric))
    where[name] = own(parameters, name)?.split('|') ?? values ?? [];
  const { granularity, start, end, year, month, day } = parameters;
  const period =
    metric.shape.kind === 'top'
      ? { year: year ?? '', month: month ?? '', ...(day === undefined ? {} : { day }) }
      : { ...(granularity === undefined ? {} : { granularity }), start: start ?? '', end: end ?? '' };
  return { metric: metric.name, where, period, options };
}

function child(node: Node, segment: string): Node {
  if (segment.startsWith('{')) return (node.parameter ??= { literals: new Map() });
  let next = node.literals.get(segment);
  if (!next) node.literals.set(segment, (next = { literals: new Map() }));
  return next;
}

/**
 * Percent-decodes one segment once. Like AQS, it leaves a `%` that starts no escape as it is. Escapes
 * that aren't valid UTF-8 stay, too.
 */
export function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        return escapes;
      }
    });
  }
}

import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Dashboard, Graph, GraphData } from '../../core/metric/dashboard.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { unlessProblem } from '../../core/problem.ts';
import type { Grain } from '../../core/time/time.ts';
import { wideColumns, type WidePart } from '../../formats/wide-names.ts';
import { limnQuestion, openValues } from './questions.ts';
import { pathOfSourceId, sourceIdOf } from './source-id.ts';

/** The date formats of graphs, in the notation of moment.js. */
const DATE_FORMATS: Readonly<Record<Grain, string>> = {
  hourly: 'D MMM YYYY HH:mm',
  daily: 'D MMM YYYY',
  weekly: 'D MMM YYYY',
  monthly: 'MMM YYYY',
  yearly: 'YYYY',
};
/** The number format of graphs, in the notation of d3.js. */
const VALUE_FORMAT = ',.2s';

/** A graph in the file format of Limn 0.6. */
export interface LimnGraph {
  readonly graph_version: '0.6.0';
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly shortName: string;
  readonly desc: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly root: Readonly<Record<string, unknown>>;
}

/** The drawn part of a path, and its datasource. */
interface DrawnPath {
  readonly part: WidePart & { readonly measures: readonly string[] };
  readonly sourceId: string;
  readonly grain: Grain;
}

/**
 * Converts a graph for Limn. Each of its paths is a datasource of its own. So one graph can have paths of
 * several grains, and graphs with the same path read the same file. Ranked lists, which Limn can't draw,
 * are left out.
 */
export function limnGraph(catalogue: Catalogue, graph: Graph): LimnGraph {
  const drawn = graph.data.flatMap((data) => drawnPath(catalogue, data) ?? []);
  const names = wideColumns(drawn.map(({ part }) => part));
  const units = new Set(drawn.map(({ part }) => part.metric.measures[part.measures[0] ?? '']?.unit));
  const [grain = 'monthly'] = drawn.map((one) => one.grain);
  const dateFormat = DATE_FORMATS[grain];
  const lines = names.map(({ part, series, name }) => {
    const { sourceId, part: own } = drawn[part] as DrawnPath;
    const columns = wideColumns([{ metric: own.metric, series: own.series }]);
    const measure = Object.keys(own.metric.measures).indexOf(own.measures[0] as string);
    const column = columns.find((one) => one.series === series && one.measure === measure);
    return {
      nodeType: 'line',
      metric: {
        source_id: sourceId,
        source_col: column?.id,
        type: column?.type,
        timespan: { start: null, end: null, step: null },
      },
      options: { label: name, dateFormat, valueFormat: VALUE_FORMAT },
    };
  });
  return {
    graph_version: '0.6.0',
    id: graph.id,
    slug: graph.id,
    name: graph.title,
    shortName: graph.title,
    desc: graph.doc ?? '',
    notes: '',
    tags: [],
    root: {
      nodeType: 'canvas',
      width: 'auto',
      minWidth: 640,
      height: 480,
      minHeight: 480,
      scaling: graph.scale ?? 'linear',
      y: { scaleType: graph.scale ?? 'linear' },
      children: [
        { nodeType: 'axis', options: { dimension: 'x', orient: 'bottom' } },
        {
          nodeType: 'axis',
          options: { dimension: 'y', orient: 'left', label: [...units].filter(Boolean).join(', ') || null },
        },
        { nodeType: 'grid', options: { dimension: 'x' } },
        { nodeType: 'grid', options: { dimension: 'y' } },
        { nodeType: 'legend', options: { dateFormat, valueFormat: VALUE_FORMAT } },
        { nodeType: 'zoom-brush', options: { zoom: { allow: 'both' } } },
        {
          nodeType: 'line-group',
          options: { palette: 'wmf_projects', scale: 1, stroke: { width: 2 }, dateFormat },
          children: lines,
        },
      ],
    },
  };
}

/** Returns the graph of a question. Every question has one, with the id of its datasource. */
export function graphOfQuestion(catalogue: Catalogue, id: string): Graph {
  const path = pathOfSourceId(id);
  const { metric, series } = limnQuestion(catalogue, path);
  const [only] = series;
  const values = series.length === 1 && only ? openValues(metric, only) : [];
  const title = values.length > 0 ? `${metric.title}: ${values.join(', ')}` : metric.title;
  return { id, title, doc: metric.doc, data: [{ path }] };
}

function drawnPath(catalogue: Catalogue, data: GraphData): DrawnPath | undefined {
  return unlessProblem(() => {
    const { metric, series, grain } = limnQuestion(catalogue, data.path);
    const part = { metric, series, ...drawnAs(metric, data) };
    return { part, sourceId: sourceIdOf(data.path), grain };
  });
}

/** Returns the drawn measure of a path, by default its first one, and the label of its line. */
export function drawnAs(
  { measures }: Metric,
  { measure, label }: Pick<GraphData, 'measure' | 'label'>,
): { measures: readonly string[]; label?: string } {
  const [first = ''] = Object.keys(measures);
  const drawn = measure !== undefined && Object.hasOwn(measures, measure) ? measure : first;
  return { measures: [drawn], ...(label === undefined ? {} : { label }) };
}

/** Converts a dashboard for Limn. */
export function limnDashboard({ id, headline, subhead, tabs }: Dashboard): object {
  return {
    id,
    name: headline,
    headline,
    subhead: subhead ?? '',
    tabs: tabs.map(({ name, graphs }) => ({ name, graph_ids: graphs })),
  };
}

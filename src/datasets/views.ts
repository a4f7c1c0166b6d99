import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Dashboard, Graph, GraphData } from '../core/metric/dashboard.ts';
import { pathsOf, questionOf, type Target } from '../core/question/metric-paths.ts';
import { docBeside } from '../core/metric/doc-beside.ts';
import type { Metric, Parameters } from '../core/metric/metric.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import { nearest, suggestion } from '../core/value/nearest.ts';
import { plan } from '../core/question/planner.ts';
import { Problem } from '../core/problem.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { FORMATS, splitSuffix } from '../formats/formats.ts';
import { type Mistake, MistakesError, type Wait } from './mistake.ts';
import type { DashboardText, GraphDataText, GraphText } from './texts.ts';
import { type Unpublished, waitsFor } from './unpublished.ts';
import type { Written } from './validate.ts';
import type { ShownLine } from './shown-line.ts';
import type { Path } from './yaml-file.ts';

/** Finds a path under /metrics in a pasted text, such as a URL with prefix, suffix and query. */
export function pathIn(pasted: string): string {
  const path = pasted
    .trim()
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/[?#].*$/, '')
    .replace(/^(\/api\/rest_v1)?\/metrics(?=\/)/, '');
  return path.includes('/') ? splitSuffix(path, FORMATS).text : path;
}

/** Returns the question that a path asks. @returns a message if it can't be asked; a question without loaded data is fine */
export function targetOf(
  path: string,
  catalogue: Catalogue,
): Extract<Target, { kind: 'metric' }> | { kind: 'wrong'; message: string } {
  const target = pathsOf(catalogue).find(path);
  if (target?.kind !== 'metric') {
    const [, family, name] = path.split('/');
    const paths = catalogue.metrics.map((metric) => metric.path);
    const near = nearest(path, paths) ?? paths.find((one) => one.startsWith(`/${family}/${name}/`));
    const hint = near ? `: did you mean ${near}?` : '.';
    return { kind: 'wrong', message: `${path} is not a path under /metrics${hint}` };
  }
  try {
    plan(questionOf(target), { catalogue, stateOf: () => EMPTY_STATE, clock: { now: () => 0 } });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code !== 'not-found')
      return { kind: 'wrong', message: `${path}: ${error.message}.`.replace('..', '.') };
  }
  return target;
}

/** The things that graphs and dashboards may refer to. */
export interface ViewContext {
  readonly catalogue: Catalogue;
  /** Data sets by name, each with the question for all of it. */
  readonly datasets: ReadonlyMap<string, { readonly metric: Metric; readonly whole: Parameters }>;
  readonly unpublished: Unpublished;
  /** Collects the lines of correct graphs. */
  readonly lines: ShownLine[];
}

/** Returns a graph of a whole data set. */
export function graphOfDataset(metric: Metric, whole: Parameters): Graph {
  const doc = docBeside(metric);
  return {
    id: metric.name,
    title: metric.title,
    ...(doc === undefined ? {} : { doc }),
    data: [{ path: filledPath(metric, whole) }],
  };
}

/** Returns the graph that an owner wrote. @throws MistakesError if something that the graph draws doesn't exist */
export function graphOf(
  text: Omit<GraphText, 'graph'>,
  id: string,
  context: ViewContext,
  written: Written<unknown>,
  at: Path = [],
): Graph {
  const mistakes: Mistake[] = [];
  const waits: Wait[] = [];
  const data = text.data.flatMap((entry, i): GraphData[] => {
    const declared: GraphDataText = typeof entry === 'string' ? { path: entry } : entry;
    const path: Path = [...at, 'data', i, ...(typeof entry === 'string' ? [] : ['path'])];
    const found = dataOf(declared.path, context);
    if ('waitsFor' in found) {
      waits.push({
        note: written.mistake(path, waitsFor(found.waitsFor, found.reason)),
        reason: found.reason,
      });
      return [];
    }
    if ('message' in found) {
      mistakes.push(written.mistake(path, found.message));
      return [];
    }
    if (declared.path.includes('/'))
      context.lines.push({ path: found.path, note: (message) => written.mistake(path, message) });
    const { measure, label } = declared;
    const measures = Object.keys(found.metric.measures);
    if (measure !== undefined && !measures.includes(measure)) {
      const near = nearest(measure, measures);
      const message = `${found.metric.name} has no measure ${measure}${near ? suggestion(near) : `; it has ${measures.join(', ')}.`}`;
      mistakes.push(written.mistake([...at, 'data', i, 'measure'], message));
    }
    return [
      {
        path: found.path,
        ...(measure === undefined ? {} : { measure }),
        ...(label === undefined ? {} : { label }),
      },
    ];
  });
  if (mistakes.length + waits.length > 0) throw new MistakesError(mistakes, waits);
  return {
    id,
    title: text.title,
    ...(text.description === undefined ? {} : { doc: text.description }),
    data,
    ...(text.scale === undefined ? {} : { scale: text.scale }),
  };
}

function dataOf(
  pasted: string,
  { catalogue, datasets, unpublished }: ViewContext,
): { metric: Metric; path: string } | { message: string } | { waitsFor: string; reason: Mistake } {
  const path = pathIn(pasted);
  const named = path.includes('/') ? /^\/?datasets\/([^/]+)/.exec(path)?.[1] : path;
  const reason =
    named === undefined || datasets.has(named) ? undefined : unpublished.reason(['dataset'], named);
  if (named !== undefined && reason) return { waitsFor: named, reason };
  if (!path.includes('/')) {
    const dataset = datasets.get(path);
    if (dataset) return { metric: dataset.metric, path: filledPath(dataset.metric, dataset.whole) };
    const near = nearest(path, [...datasets.keys(), ...unpublished.names(['dataset'])]);
    return { message: `there is no data set ${path}${suggestion(near)}` };
  }
  const target = targetOf(path.startsWith('/') ? path : `/${path}`, catalogue);
  if (target.kind === 'wrong') return { message: target.message };
  return { metric: target.metric, path: path.startsWith('/') ? path : `/${path}` };
}

/**
 * Returns a dashboard and the graphs that are written in it.
 * @param known the ids of graphs that it may name
 * @throws MistakesError if a graph, or something that a graph draws, doesn't exist
 */
export function dashboardOf(
  written: Written<DashboardText>,
  known: ReadonlySet<string>,
  context: ViewContext,
): { dashboard: Dashboard; graphs: Graph[] } {
  const { value } = written;
  const mistakes: Mistake[] = [];
  const waits: Wait[] = [];
  const inline: Graph[] = [];
  const tabs = value.tabs.map(({ name, graphs }, t) => ({
    name,
    graphs: graphs.flatMap((entry, g): string[] => {
      const at: Path = ['tabs', t, 'graphs', g];
      if (typeof entry === 'string') {
        if (known.has(entry)) return [entry];
        const reason = context.unpublished.reason(['graph', 'dataset'], entry);
        if (reason) {
          waits.push({ note: written.mistake(at, waitsFor(entry, reason)), reason });
          return [];
        }
        const near = nearest(entry, [...known, ...context.unpublished.names(['graph', 'dataset'])]);
        mistakes.push(written.mistake(at, `there is no graph or data set ${entry}${suggestion(near)}`));
        return [];
      }
      const id = entry.graph ?? `${value.dashboard}-${t + 1}-${g + 1}`;
      if (known.has(id) || inline.some((graph) => graph.id === id)) {
        mistakes.push(written.mistake([...at, 'graph'], `there is another graph ${id}.`));
        return [];
      }
      try {
        inline.push(graphOf(entry, id, context, written, at));
        return [id];
      } catch (error) {
        if (!(error instanceof MistakesError)) throw error;
        mistakes.push(...error.mistakes);
        waits.push(...error.waits);
        return [];
      }
    }),
  }));
  if (mistakes.length + waits.length > 0) throw new MistakesError(mistakes, waits);
  const { dashboard: id, headline, subhead } = value;
  return { dashboard: { id, headline, ...(subhead === undefined ? {} : { subhead }), tabs }, graphs: inline };
}

import { afterwards } from '../../core/at-once.ts';
import type { Answer } from '../../core/question/answer.ts';
import type { Graph } from '../../core/metric/dashboard.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import { Problem, unlessProblem } from '../../core/problem.ts';
import { endingHint, splitSuffix } from '../../formats/formats.ts';
import { LIMN_FORMS } from '../../formats/limn.ts';
import type { WideForm } from '../../formats/wide-form.ts';
import { wideOf, type WideAnswer } from '../../formats/wide.ts';
import type { Rendered, RenderedBody } from '../../read/answer-cache.ts';
import type { Road } from '../../read/road.ts';
import { noRowsOf } from '../http/no-rows.ts';
import { drawnAs } from './graph.ts';
import { limnQuestion } from './questions.ts';
import { pathOfSourceId } from './source-id.ts';

export const DATAFILES_ROUTE = '/limn/data/datafiles';
/** The prefixes of datafiles. The second is Limn's own, for a Limn on Kraken's origin. */
const PREFIXES = [`${DATAFILES_ROUTE}/`, '/data/datafiles/'] as const;

/** Rewrites the URLs of datafiles to their one route, because their names may have any characters, also slashes. */
export function rewriteDatafileUrl(url: string): string {
  return PREFIXES.some((prefix) => url.startsWith(prefix)) ? DATAFILES_ROUTE : url;
}

/**
 * Returns the datafile of a URL `…/datafiles/NAME.csv`. The name is a path under `/metrics`, the id of such
 * a path, or `graphs/ID`. The query is ignored and isn't part of the cache key: Limn's proxy drops it, and
 * it only holds parameters of Limn's own (`?1859307495`, `?callback=…`, `?name=…`).
 * @param url the URL as it was sent
 * @throws Problem; EngineError
 */
export async function datafile(road: Road, url: string, signal: AbortSignal): Promise<Rendered> {
  const { name, form, formName } = partsOf(url);
  const graph = /^graphs\/([^/]+)$/.exec(name)?.[1];
  if (graph !== undefined) return graphFile(road, graphNamed(road, graph), { form, formName }, signal);
  const path = name.includes('/') ? `/${name}` : pathOfSourceId(name);
  const plan = road.plan(limnQuestion(road.catalogue, path).question);
  form.check?.(plan);
  road.charge([plan]);
  const render = (answer: Answer): RenderedBody | Promise<RenderedBody> =>
    afterwards(form.render(answer, plan), (body) => ({
      body,
      type: form.type,
      ...noRowsOf(answer.noRows),
    }));
  return road.rendered(plan, formName, render, signal);
}

/** Returns the problem of an unknown id. */
export function noSuch(kind: string, id: string, known: Iterable<string>): Problem {
  return new Problem('no-route', `There is no ${kind} ${id}${suggestion(nearest(id, known))}`);
}

/** Returns the graph with this id. @throws Problem if no graph has it */
export function graphNamed(road: Road, id: string): Graph {
  const graph = road.catalogue.graphs.get(id);
  if (!graph) throw noSuch('graph', id, road.catalogue.graphs.keys());
  return graph;
}

/** Returns everything that a graph draws as one table, except ranked lists and data that isn't loaded. */
async function graphFile(
  road: Road,
  graph: Graph,
  { form, formName }: { form: WideForm; formName: string },
  signal: AbortSignal,
): Promise<Rendered> {
  const parts = graph.data.flatMap((data) => {
    const part = unlessProblem(() => {
      const { metric, question } = limnQuestion(road.catalogue, data.path);
      return { plan: road.plan(question), names: drawnAs(metric, data) };
    });
    return part ?? [];
  });
  if (parts.length === 0)
    throw new Problem('not-found', `None of the data of the graph ${graph.id} is loaded.`, {
      reason: 'not-loaded',
    });
  const plans = parts.map(({ plan }) => plan);
  road.charge(plans);
  const render = (answers: readonly (Answer | undefined)[]): RenderedBody => {
    const found = answers.flatMap((answer, i): WideAnswer[] =>
      answer?.kind === 'series' ? [{ answer, ...parts[i]?.names }] : [],
    );
    const body = form.renderTable(wideOf(found, graph.title));
    return { body, type: form.type, ...noRowsOf(answers.flatMap((answer) => answer?.noRows ?? [])) };
  };
  // The names are part of the key, because two graphs may draw the same data under different names.
  const named = JSON.stringify([graph.title, parts.map(({ names }) => names)]);
  return road.renderedTogether(plans, `${formName} ${named}`, render, signal);
}

function partsOf(url: string): { name: string; form: WideForm; formName: string } {
  const path = url.split('?', 1)[0] as string;
  const prefix = PREFIXES.find((known) => path.startsWith(known)) ?? '';
  const rest = path.slice(prefix.length);
  const { text, name: form } = splitSuffix(rest, LIMN_FORMS);
  if (!form) {
    const hint = endingHint(rest, LIMN_FORMS);
    throw new Problem('no-route', 'A datafile ends in .csv, .tsv, .json or .wikimetrics.json.', {
      allowed: Object.values(LIMN_FORMS).map(({ suffix }) => suffix),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return { name: text, form: LIMN_FORMS[form], formName: `limn.${form}` };
}

import { EngineError } from '../../../core/engine-error.ts';
import { Problem, problemIn } from '../../../core/problem.ts';
import type { RowsPlan } from '../../../core/question/plan.ts';
import type { Clock } from '../../../core/time/time.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html, type Part } from '../../html.ts';
import type { Page } from '../../page.ts';
import { controls, FORM, metricOnly } from './controls.ts';
import { isLoaded } from '../../families.ts';
import { pictureOfPath } from '../../sharing.ts';
import { analysisAsked, planOfAnalysis, type AskedAnalysis } from './analysis.ts';
import { sameAs } from './analysis-text.ts';
import { parametersOf } from './analysis-query.ts';
import { analysisResult } from './analysis-result.ts';
import { completed, firstMetric } from './defaults.ts';
import { loadedInstead } from './instead.ts';
import { liveSwitch } from './live.ts';
import { empty, nothing } from './nothing.ts';
import { resultOf, viewTabs } from './result.ts';
import type { Shown } from './shown.ts';
import { takeaway, takeawayOfAnalysis } from './snippets.ts';
import { isLive, pathIn, readAsked, urlOf, valuesIn, type ExplorerState } from './state.ts';
import { waitFor, waiting } from './waiting.ts';
import { isAwaited, type MayCome } from '../../awaited.ts';

export interface ExplorerContext {
  readonly road: Road;
  readonly clock: Clock;
  /** The public base URL, for texts to copy. */
  readonly base: string;
  readonly signal: AbortSignal;
  readonly mayCome: MayCome;
}

/** The page, and the problem of its question. */
export interface ExplorerPage {
  readonly page: Page;
  /** The reason why there is no answer; undefined if there is an answer. */
  readonly problem: Problem | undefined;
  /** Whether it shows periods under way, whose numbers change all the time. */
  readonly isLive?: boolean;
}

const DESCRIPTION = 'Explore any metric as lines, a table or a ranking, with the URL of what you see.';

/**
 * Returns the explorer for a URL: the question, the answer, and how to ask it elsewhere.
 * @throws only for defects
 */
export async function explorerPage(query: URLSearchParams, context: ExplorerContext): Promise<ExplorerPage> {
  try {
    return await asAsked(query, context);
  } catch (error) {
    // An engine hasn't answered since the start, so it isn't known what is loaded.
    const { problem } = refused(error);
    return { page: page('Explore', nothing(context.road, undefined, problem)), problem };
  }
}

async function asAsked(query: URLSearchParams, context: ExplorerContext): Promise<ExplorerPage> {
  const { road, base } = context;
  const fallback = firstMetric(road);
  if (!fallback) return { page: page('Explore', empty()), problem: undefined };
  const isFirstVisit = query.size === 0;
  if (isFirstVisit && !isLoaded(road, fallback))
    return { page: page('Explore', empty()), problem: undefined };
  const asked = reached(() => readAsked(query, road.catalogue, fallback));
  if ('problem' in asked && !('metric' in asked)) {
    const { problem } = asked;
    const main = layout(metricOnly(road, problem), undefined, nothing(road, undefined, problem), undefined);
    return { page: page('Explore', main), problem };
  }
  const state = await completed(context, asked);
  const found = asked.problem ? { problem: asked.problem } : await answered(state, context);
  const problem = 'problem' in found ? found.problem : undefined;
  const form = controls({
    road,
    state,
    table: road.watch.stateOf(state.metric),
    clock: context.clock,
    problem,
  });
  const tabs = [viewTabs(state, FORM, problem), liveSwitch(road, state, context.clock)];
  if ('problem' in found) {
    const { code, members } = found.problem;
    const instead =
      code === 'not-found' ? await loadedInstead(road, state, members.names ?? [], context.signal) : [];
    const mayCome = isAwaited(
      found.problem,
      state.metric,
      valuesIn(state, state.metric.scope[0] ?? ''),
      context.mayCome,
    );
    if (mayCome && isLive(state)) {
      const { title, body } = waiting(state, instead);
      return {
        page: page(title, layout(form, tabs, body, takeaway(state, { base, title, sql: undefined }), state)),
        problem: undefined,
        isLive: true,
      };
    }
    const wait = mayCome ? waitFor(state, context.clock) : undefined;
    const said = nothing(road, state, found.problem, wait ? [wait, ...instead] : instead);
    return { page: page('Explore', layout(form, tabs, said, undefined, state)), problem: found.problem };
  }
  const { title, asked: analysis } = found;
  const taken = { base, title, sql: await sqlOf(state, found.plan, context) };
  const takenAway = analysis ? takeawayOfAnalysis(state, analysis, taken) : takeaway(state, taken);
  const main = layout(form, tabs, found.body, takenAway, state);
  const shown = {
    ...page(title, main),
    description: title,
    ...(analysis ? {} : ({ picture: pictureOfPath(pathIn(state)), isFramed: true } as const)),
  };
  return { page: shown, problem: undefined, isLive: isLive(state) };
}

/** The SQL of the shown question; undefined if there is none, or the warehouse doesn't say it. */
async function sqlOf(
  state: ExplorerState,
  plan: RowsPlan | undefined,
  { road, clock, signal }: ExplorerContext,
): Promise<string | undefined> {
  try {
    const asked = plan ?? road.plan(analysisAsked(road, state, sameAs(state), clock).question);
    return await road.sqlOf(asked, signal);
  } catch (error) {
    if (error instanceof Problem || error instanceof EngineError) return undefined;
    throw error;
  }
}

type OrProblem<T> = T | { readonly problem: Problem };

function reached<T>(read: () => T): OrProblem<T> {
  try {
    return read();
  } catch (error) {
    return refused(error);
  }
}

async function answered(
  state: ExplorerState,
  { road, clock, signal }: ExplorerContext,
): Promise<OrProblem<Shown & { readonly plan?: RowsPlan; readonly asked?: AskedAnalysis }>> {
  try {
    if (state.analysis) {
      const asked = analysisAsked(road, state, state.analysis, clock);
      const plan = planOfAnalysis(road, asked);
      const csv = `/query?${parametersOf(asked.text).toString()}&format=csv&download`;
      return { ...analysisResult(await road.read(plan, signal), csv), plan, asked };
    }
    return await resultOf(road, state, signal);
  } catch (error) {
    return refused(error);
  }
}

/** Converts an error into a problem for the page. A defect is thrown again, so that it is logged. */
function refused(error: unknown): { problem: Problem } {
  const problem = problemIn(error);
  if (!problem) throw error;
  return { problem };
}

/**
 * Arranges the page. The answer comes before the controls, for screen readers and phones. On a wide screen the
 * controls are beside it.
 */
function layout(form: Html, tabs: Part, result: Html, takeaway: Part, state?: ExplorerState): Html {
  return html`<div class="explorer" data-permalink="${state && urlOf(state)}">
    <div class="shown">
      <div class="views" id="views">
        ${tabs}
        <a class="change" href="#${FORM}">Change<span class="visually-hidden"> what is shown</span></a>
      </div>
      <section id="result" aria-label="Result">${result}</section>
    </div>
    ${form}
    <div id="takeaway-part">${takeaway}</div>
    <p id="status" class="visually-hidden" role="status" aria-live="polite"></p>
  </div>`;
}

function page(title: string, main: Html): Page {
  return { title, description: DESCRIPTION, place: '/', main };
}

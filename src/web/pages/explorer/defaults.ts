import { newestOf, newestRows } from '../../../read/newest.ts';
import { timeLimitOf } from '../../../core/abort.ts';
import { isTotal } from '../../../core/metric/dimension.ts';
import { EngineError } from '../../../core/engine-error.ts';
import { readGrain, type Metric } from '../../../core/metric/metric.ts';
import { chosenDimensions, grainOfPath, pathParameters } from '../../../core/metric/path-parameters.ts';
import { Problem } from '../../../core/problem.ts';
import { allDimensions } from '../../../core/question/conditions.ts';
import { type TableState, valuesOfScope } from '../../../core/time/table-state.ts';
import { GRAINS, ordinalAt, type Clock } from '../../../core/time/time.ts';
import { topPeriodFields } from '../../../core/question/top-period.ts';
import { FORMATS } from '../../../formats/formats.ts';
import type { Road } from '../../../read/road.ts';
import { isLoaded } from '../../families.ts';
import { defaultDates, extentOf, grainIn, loadedOf } from './range.ts';
import { questionIn, type Asked, type ExplorerState } from './state.ts';
import { named, ownOnly } from '../../../core/value/named.ts';

type Parameters = Readonly<Record<string, string>>;
type Row = Readonly<Record<string, string>>;

/** The maximum time that a page waits for initial values, in ms. */
const TIME_LIMIT_MS = 1000;
/** The number of rows that are read to find initial values. */
const VALUES = 20;

/** Returns the first metric with loaded data, or else the first metric. */
export function firstMetric(road: Road): Metric | undefined {
  const { metrics } = road.catalogue;
  return metrics.find((metric) => isLoaded(road, metric)) ?? metrics[0];
}

/** Fills in everything that a URL doesn't say, if possible so that there is data. */
export async function completed(
  { road, clock, signal }: { readonly road: Road; readonly clock: Clock; readonly signal: AbortSignal },
  asked: Asked,
): Promise<ExplorerState> {
  const { metric, measure, view, compare, live, analysis, isCarriedOver } = asked;
  const state = road.watch.stateOf(metric);
  const dimensions = chosenDimensions(metric);
  // The range of a series follows from the loaded dates, but the dates of lists must be read from rows.
  const needed = metric.shape.kind === 'top' ? pathParameters(metric) : dimensions.map(({ name }) => name);
  const isSaid = !isCarriedOver && needed.every((name) => asked.parameters[name] !== undefined);
  const { values, date } = isSaid
    ? { values: asked.parameters, date: undefined }
    : await valuesFor(road, asked, state, signal);
  const parameters = named<string>();
  for (const { name } of dimensions) parameters[name] = values[name] ?? '';
  const withPeriod = (said: Parameters): ExplorerState => ({
    metric,
    parameters: ownOnly({
      ...parameters,
      ...periodFor(metric, { ...parameters, ...said }, { state, clock, date }),
    }),
    measure,
    view,
    compare,
    live,
    ...(analysis ? { analysis } : {}),
  });
  const kept = withPeriod(asked.parameters);
  return isCarriedOver && !canBeAsked(road, kept) ? withPeriod({}) : kept;
}

function canBeAsked(road: Road, state: ExplorerState): boolean {
  try {
    road.plan(questionIn(state));
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

interface Found {
  readonly values: Parameters;
  /** The newest period with rows for these values; undefined if nobody searched for it. */
  readonly date: string | undefined;
}

/**
 * Returns values for all dimensions. Missing ones come from the newest rows, from the row with the greatest
 * number. A dimension such as the article gets two values, for comparison. A value carried over from another
 * metric is kept if there are rows with it.
 */
async function valuesFor(
  road: Road,
  { metric, parameters, isCarriedOver }: Asked,
  state: TableState,
  signal: AbortSignal,
): Promise<Found> {
  const dimensions = chosenDimensions(metric);
  const kept = isCarriedOver ? carriedScopes(metric, parameters, state) : parameters;
  const said: Parameters = ownOnly({ ...kept, ...metric.fixed });
  const known = ownOnly(metric.fixed ?? {});
  for (const { name, normalise, refuse } of dimensions) {
    const value = said[name] === undefined ? '' : normalise(said[name].split('|')[0] as string);
    if (said[name] !== undefined && refuse(value) === undefined) known[name] = value;
  }
  if (metric.scope.some((name) => known[name] === undefined))
    Object.assign(known, scopeOf(metric, said, state));
  const rows = await newest(road, metric, known, signal);
  const wanted = dimensions.filter(({ name }) => known[name] === undefined && parameters[name] !== undefined);
  const likeness = (row: Row): number =>
    wanted.filter(({ name }) => parameters[name]?.split('|').includes(row[name] as string)).length;
  const totals = (row: Row): number =>
    dimensions.filter((dimension) => isTotal(dimension, row[dimension.name] ?? '')).length;
  const [first] = isCarriedOver
    ? rows.toSorted((a, b) => likeness(b) - likeness(a) || totals(b) - totals(a))
    : rows;
  const values = named<string>();
  for (const { name, total, values: choices, example } of dimensions) {
    values[name] = said[name] ?? known[name] ?? first?.[name] ?? total ?? choices?.[0] ?? example;
  }
  const open = dimensions.findLast(({ name, values }) => !values && known[name] === undefined);
  if (first && open && metric.shape.kind === 'series' && !metric.scope.includes(open.name)) {
    const second = rows.find(
      (row) =>
        row[open.name] !== first[open.name] &&
        dimensions.every(({ name }) => name === open.name || row[name] === first[name]),
    );
    if (second) values[open.name] = `${first[open.name]}|${second[open.name]}`;
  }
  return { values, date: first?.timestamp };
}

/** Returns the scopes carried over from another metric, if this metric has data of them. */
function carriedScopes(metric: Metric, parameters: Parameters, state: TableState): Parameters {
  const kept = named<string>();
  for (const name of metric.scope) if (parameters[name] !== undefined) kept[name] = parameters[name];
  const isThere = GRAINS.some((grain) => loadedOf(metric, kept, state, grain).length > 0);
  return isThere ? kept : named();
}

/**
 * Returns an initial scope: the scope of an example if it is loaded, or else a scope with the newest data.
 */
function scopeOf(metric: Metric, said: Parameters, state: TableState): Parameters {
  const newest = newestOf(state);
  if (!newest) return {};
  const loaded = [...(state.coverage.get(newest.grain) ?? [])]
    .filter(([, coverage]) => (coverage.at(-1)?.last ?? -Infinity) >= newest.first)
    .map(([key]) => valuesOfScope(key))
    .filter((scope) => metric.scope.every((name, i) => said[name] === undefined || said[name] === scope[i]));
  const isExample = (scope: readonly string[]): boolean =>
    metric.examples.some((example) => metric.scope.every((name, i) => example[name] === scope[i]));
  const scope = loaded.find(isExample) ?? loaded[0];
  return Object.fromEntries(scope ? metric.scope.map((name, i) => [name, scope[i] as string]) : []);
}

async function newest(road: Road, metric: Metric, known: Parameters, signal: AbortSignal): Promise<Row[]> {
  const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
  try {
    const question = newestRows(metric, road.watch.stateOf(metric, 'warehouse'), {
      known,
      values: VALUES,
      byTime: metric.shape.kind === 'top',
    });
    if (!question) return [];
    const plan = road.plan(road.question(question));
    road.charge([plan]);
    const { type, renderQuery } = FORMATS.json;
    const { body } = await road.rendered(
      plan,
      'json',
      (answer) => ({ body: renderQuery(answer), type }),
      timeLimit.signal,
    );
    return (JSON.parse(body.toString()) as { rows: Record<string, string>[] }).rows.map((row) =>
      ownOnly({ ...row, ...known }),
    );
  } catch (error) {
    // The page does without initial values; the question itself reports what is wrong.
    const isLate = timeLimit.signal.aborted && !signal.aborted;
    if (isLate || error instanceof Problem || error instanceof EngineError) return [];
    throw error;
  } finally {
    timeLimit.end();
  }
}

/** Returns the parameters of the range or period. Missing ones follow from what is loaded. */
function periodFor(
  metric: Metric,
  asked: Parameters,
  { state, clock, date }: { state: TableState; clock: Clock; date: string | undefined },
): Parameters {
  const said: Parameters = ownOnly({ ...asked, ...metric.fixed });
  const isMeant = (scope: readonly string[]): boolean =>
    metric.scope.every((name, i) => !said[name] || said[name].split('|').includes(scope[i] as string));
  const newest = newestOf(state, isMeant) ?? newestOf(state);
  const names = pathParameters(metric).filter(
    (name) => !allDimensions(metric).some((dimension) => dimension.name === name),
  );
  if (metric.shape.kind === 'top') {
    if (!newest) return { ...metric.examples[0], ...said };
    const ordinal = date === undefined ? newest.last : ordinalAt(newest.grain, Date.parse(date));
    const fields = topPeriodFields({ grain: newest.grain, ordinal });
    return Object.fromEntries(
      names.map((name) => [name, said[name] ?? fields[name as 'year' | 'month' | 'day']]),
    );
  }
  const grain =
    grainIn(metric, said.granularity) ??
    newest?.grain ??
    GRAINS.find((known) => metric.grains[known]) ??
    'daily';
  const coverage = loadedOf(metric, said, state, readGrain(metric, grain));
  const extent = extentOf(metric, grain, coverage);
  const dates = extent ? defaultDates(metric, extent, clock) : { start: '-90d', end: 'latest' };
  return {
    ...(grainOfPath(metric) ? {} : { granularity: said.granularity ?? grain }),
    start: said.start ?? dates.start,
    end: said.end ?? dates.end,
  };
}

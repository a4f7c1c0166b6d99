import { dimensionValues, valuesOf } from '../../../read/dimension-values.ts';
import { timeLimitOf } from '../../../core/abort.ts';
import type { Dimension } from '../../../core/metric/dimension.ts';
import { EngineError } from '../../../core/engine-error.ts';
import { dimensionOf } from '../../../core/metric/metric.ts';
import { MAX_NAMES_EXPLAINED } from '../../../core/hint/names-found.ts';
import type { NamesFound } from '../../../core/problem.ts';
import { alike } from '../../../core/value/nearest.ts';
import type { NoRows } from '../../../core/question/answer.ts';
import { chosenDimensions } from '../../../core/metric/path-parameters.ts';
import { Problem } from '../../../core/problem.ts';
import { MAX_VALUES_NAMED } from '../../../core/value/value-list.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html } from '../../html.ts';
import { explorerField } from '../../../formats/explorer-url.ts';
import { questionIn, urlOf, valuesIn, withParameters, type ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/** The offers for a value without rows: loaded values of the same dimension, at least one. */
interface Instead {
  readonly dimension: Dimension;
  /** The requested value. */
  readonly asked: string;
  /** Loaded values, the likeliest first. */
  readonly offers: readonly Offer[];
  /** Whether the offers are spelt like the requested value. */
  readonly areNear: boolean;
}

interface Offer {
  readonly value: string;
  /** Whether it has rows together with the other requested values. */
  readonly isTogether: boolean;
}

/** The maximum number of values that are read for each prefix. */
const MAX_SEEN = 100;
/** The maximum time that a page waits for offers, in ms. */
const TIME_LIMIT_MS = 1500;

/**
 * Returns, for each value without rows, links to the same question with loaded values instead. Similar values
 * come from the search that made the answer's hints. If there are none, some values of the dimension are shown.
 * @param names the result of that search for the values without rows
 * @param noRows the values without rows, if other values have some; undefined if none has rows
 */
export async function loadedInstead(
  road: Road,
  state: ExplorerState,
  names: readonly NamesFound[],
  signal: AbortSignal,
  noRows?: readonly NoRows[],
): Promise<Html[]> {
  const explained = names.filter(({ isStored }) => !isStored).slice(0, MAX_NAMES_EXPLAINED);
  const found = explained.map((name) => offersOf(road, state, name, signal));
  const rest = explained.some(({ loaded }) => loaded) ? [] : unexplained(state, names, noRows);
  const others = rest.map(({ dimension, asked }) => seenOf(road, state, dimension, asked, signal));
  const all = await Promise.all([...found, ...others]);
  return all.flatMap((one) => (one ? [offerLinks(state, one)] : []));
}

/** Returns the values of open dimensions, such as titles, that the search didn't cover. */
function unexplained(
  state: ExplorerState,
  names: readonly NamesFound[],
  noRows: readonly NoRows[] | undefined,
): { dimension: Dimension; asked: string }[] {
  const { metric } = state;
  const all = chosenDimensions(metric)
    .filter(({ name, values }) => !values && !metric.scope.includes(name))
    .flatMap((dimension) => valuesIn(state, dimension.name).map((asked) => ({ dimension, asked })))
    .filter(({ dimension: { name, normalise }, asked }) => {
      const value = normalise(asked);
      if (names.some((one) => one.dimension === name && one.value === value)) return false;
      return !noRows || noRows.some((one) => one[name] === value && Object.keys(one).length === 1);
    });
  return all.slice(0, MAX_NAMES_EXPLAINED);
}

/** Returns the offers for a value that the search covered; undefined if there are none. */
async function offersOf(
  road: Road,
  state: ExplorerState,
  { dimension: name, value, near, loaded }: NamesFound,
  signal: AbortSignal,
): Promise<Instead | undefined> {
  const dimension = dimensionOf(state.metric, name) as Dimension;
  const asked = valuesIn(state, name).find((one) => dimension.normalise(one) === value) ?? value;
  if (near.length > 0) {
    const together = await Promise.all(near.map((one) => hasRows(road, state, name, one, signal)));
    const offers = near.map((one, i): Offer => ({ value: one, isTogether: together[i] as boolean }));
    return { dimension, asked, offers, areNear: true };
  }
  if (!loaded) return seenOf(road, state, dimension, asked, signal);
  if (loaded.length === 0) return undefined;
  const offers = loaded.slice(0, MAX_VALUES_NAMED).map((one): Offer => ({ value: one, isTogether: false }));
  return { dimension, asked, offers, areNear: false };
}

/** Whether the same question has an answer if one value replaces all values of its dimension. */
async function hasRows(
  road: Road,
  state: ExplorerState,
  name: string,
  value: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await inTime(signal, async (timeLimit) => {
    const plan = road.plan(questionIn(withParameters(state, { [name]: value })));
    road.charge([plan]);
    return road.readOrProblem(plan, timeLimit);
  });
  return found !== undefined && !(found instanceof Problem);
}

/** Returns values of an open dimension from the newest rows; undefined if the value itself is among them. */
async function seenOf(
  road: Road,
  state: ExplorerState,
  dimension: Dimension,
  asked: string,
  signal: AbortSignal,
): Promise<Instead | undefined> {
  return inTime(signal, async (timeLimit) => {
    // If nothing has rows together with the other values, these are ignored.
    for (const isTogether of [true, false]) {
      const known = knownBeside(state, dimension, isTogether);
      const seen = async (prefix: string): Promise<string[]> => {
        const wanted = { metric: state.metric, dimension, prefix, limit: MAX_SEEN, known };
        return valuesOf(await dimensionValues(road, wanted, timeLimit));
      };
      const value = dimension.normalise(asked);
      const found = await seenNear(seen, value);
      if (found === 'there') return undefined;
      if (found.length === 0) continue;
      const near = alike(value, found, MAX_VALUES_NAMED);
      const offers = (near.length > 0 ? near : found.slice(0, MAX_VALUES_NAMED)).map((one) => ({
        value: one,
        isTogether,
      }));
      return { dimension, asked, offers, areNear: near.length > 0 };
    }
    return undefined;
  });
}

/** Returns values that share a prefix with a value. The prefix becomes shorter until a similar value is found; at last it is empty. */
async function seenNear(
  seen: (prefix: string) => Promise<string[]>,
  value: string,
): Promise<string[] | 'there'> {
  const all = new Set<string>();
  for (const length of new Set([value.length, Math.ceil(value.length / 2), Math.min(2, value.length), 0])) {
    for (const one of await seen(value.slice(0, length))) all.add(one);
    if (all.has(value)) return 'there';
    if (alike(value, [...all], 1).length > 0) break;
  }
  return [...all];
}

/** Returns what is found in time; undefined if time runs out or an engine fails, because the page works without offers. */
async function inTime<T>(
  signal: AbortSignal,
  find: (timeLimit: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
  try {
    return await find(timeLimit.signal);
  } catch (error) {
    const isLate = timeLimit.signal.aborted && !signal.aborted;
    if (!isLate && !(error instanceof Problem) && !(error instanceof EngineError)) throw error;
    return undefined;
  } finally {
    timeLimit.end();
  }
}

/** Returns the single values of the other dimensions, or only of the scopes. */
function knownBeside(
  state: ExplorerState,
  dimension: Dimension,
  isTogether: boolean,
): Record<string, string> {
  const { metric } = state;
  return Object.fromEntries(
    chosenDimensions(metric).flatMap(({ name, normalise }) => {
      const [only, ...more] = valuesIn(state, name);
      const isMeant = name !== dimension.name && (isTogether || metric.scope.includes(name));
      return isMeant && only !== undefined && more.length === 0 ? [[name, normalise(only)]] : [];
    }),
  );
}

/** Renders the offers as links to the same question with the offered value. */
function offerLinks(state: ExplorerState, { dimension, asked, offers, areNear }: Instead): Html {
  const { name } = dimension;
  const label = labelOf(name).toLowerCase();
  const links = offers.map(({ value, isTogether }) => {
    const values = valuesIn(state, name).map((one) => (one === asked ? value : one));
    const text = [...new Set(values)].join('|');
    const url = isTogether ? urlOf(withParameters(state, { [name]: text })) : looseUrl(state, name, text);
    return html`<li><a href="${url}">${shownValue(dimension, value)}</a></li>`;
  });
  return html`<p>
      ${areNear ? 'Loaded values similar to' : 'Examples of loaded values instead of'} the ${label}
      “${shownValue(dimension, asked)}”:
    </p>
    <ul class="near">
      ${links}
    </ul>`;
}

/** Returns the URL with a new value. It leaves out the range and the dimensions with fixed lists, so that they get defaults with data. */
function looseUrl({ metric, parameters }: ExplorerState, name: string, text: string): string {
  const query = new URLSearchParams({ metric: metric.name });
  for (const { name: kept, values } of chosenDimensions(metric))
    if (!values && parameters[kept] !== undefined) query.set(explorerField(kept), parameters[kept]);
  query.set(explorerField(name), text);
  return `/?${query.toString()}`;
}

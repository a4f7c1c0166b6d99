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
import { fieldOf, questionIn, urlOf, valuesIn, withParameters, type ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/** What is loaded of a dimension, where a value of it has no rows: at least one value. */
interface Instead {
  readonly dimension: Dimension;
  /** The value that was asked for. */
  readonly asked: string;
  /** Values that are loaded, the likeliest first. */
  readonly offers: readonly Offer[];
  /** Whether they are spelt like the one that was asked for. */
  readonly areNear: boolean;
}

interface Offer {
  readonly value: string;
  /** Whether there are rows of it with the other values that were asked for. */
  readonly isTogether: boolean;
}

/** As many values are looked at for each beginning. */
const MAX_SEEN = 100;
/** The longest that a page waits for them, in ms. */
const PATIENCE_MS = 1500;

/**
 * The values of which nothing is found, each with what is loaded instead of it, as links to the same
 * question. What is spelt like a value is known where the answer was looked for; where nothing is, some
 * values of the dimension stand for what it has.
 * @param names what was found of the values that have no rows
 * @param noRows which they are, where others beside them have some; undefined where none has
 */
export async function loadedInstead(
  road: Road,
  state: ExplorerState,
  names: readonly NamesFound[],
  signal: AbortSignal,
  noRows?: readonly NoRows[],
): Promise<Html[]> {
  const told = names.filter(({ isStored }) => !isStored).slice(0, MAX_NAMES_EXPLAINED);
  const found = told.map((name) => offersOf(road, state, name, signal));
  const rest = told.some(({ loaded }) => loaded) ? [] : untold(state, names, noRows);
  const others = rest.map(({ dimension, asked }) => seenOf(road, state, dimension, asked, signal));
  const all = await Promise.all([...found, ...others]);
  return all.flatMap((one) => (one ? [shown(state, one)] : []));
}

/** Values of open dimensions, titles and the like, of which nothing was found out. */
function untold(
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

/** What is offered instead of a value that was looked for; undefined where that is nothing. */
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

/** Whether the same question has an answer with one value in the place of all of its dimension. */
async function hasRows(
  road: Road,
  state: ExplorerState,
  name: string,
  value: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await inTime(signal, async (patience) => {
    const plan = road.plan(questionIn(withParameters(state, { [name]: value })));
    road.charge([plan]);
    return road.readOrProblem(plan, patience);
  });
  return found !== undefined && !(found instanceof Problem);
}

/** Values of an open dimension that are among the newest rows; undefined where the value itself is. */
async function seenOf(
  road: Road,
  state: ExplorerState,
  dimension: Dimension,
  asked: string,
  signal: AbortSignal,
): Promise<Instead | undefined> {
  return inTime(signal, async (patience) => {
    // Together with the other values there may be nothing at all.
    for (const isTogether of [true, false]) {
      const known = knownBeside(state, dimension, isTogether);
      const seen = async (prefix: string): Promise<string[]> => {
        const wanted = { metric: state.metric, dimension, prefix, limit: MAX_SEEN, known };
        return valuesOf(await dimensionValues(road, wanted, patience));
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

/** The values that begin as one does, shorter and shorter until some are near to it; at last any. */
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

/** What is found in time; undefined where it isn't, or an engine fails: the page says the rest. */
async function inTime<T>(
  signal: AbortSignal,
  find: (patience: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const patience = timeLimitOf(signal, PATIENCE_MS);
  try {
    return await find(patience.signal);
  } catch (error) {
    const isLate = patience.signal.aborted && !signal.aborted;
    if (!isLate && !(error instanceof Problem) && !(error instanceof EngineError)) throw error;
    return undefined;
  } finally {
    patience.end();
  }
}

/** The single values of the other dimensions, or only of those by which data comes in. */
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

/** Values of the same dimension, each a link to the same question with it. */
function shown(state: ExplorerState, { dimension, asked, offers, areNear }: Instead): Html {
  const { name } = dimension;
  const label = labelOf(name).toLowerCase();
  const links = offers.map(({ value, isTogether }) => {
    const values = valuesIn(state, name).map((one) => (one === asked ? value : one));
    const text = [...new Set(values)].join('|');
    const url = isTogether ? urlOf(withParameters(state, { [name]: text })) : looseUrl(state, name, text);
    return html`<li><a href="${url}">${shownValue(dimension, value)}</a></li>`;
  });
  return html`<p>
      Loaded instead of the ${label} “${shownValue(dimension, asked)}”,
      ${areNear ? 'spelt like it' : 'for example'}:
    </p>
    <ul class="near">
      ${links}
    </ul>`;
}

/** The URL with a value of a dimension that leaves those that are chosen from a list, and the range, to what is loaded. */
function looseUrl({ metric, parameters }: ExplorerState, name: string, text: string): string {
  const query = new URLSearchParams({ metric: metric.name });
  for (const { name: kept, values } of chosenDimensions(metric))
    if (!values && parameters[kept] !== undefined) query.set(fieldOf(kept), parameters[kept]);
  query.set(fieldOf(name), text);
  return `/?${query.toString()}`;
}

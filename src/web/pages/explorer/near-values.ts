import { dimensionValues, scopeValues, valuesOf } from '../../../api/dimension-values.ts';
import { patienceOf } from '../../../core/abort.ts';
import type { Dimension } from '../../../core/dimension.ts';
import { EngineError } from '../../../core/engine-error.ts';
import { alike } from '../../../core/nearest.ts';
import { chosenDimensions } from '../../../core/path-parameters.ts';
import { Problem } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { valuesIn, type ExplorerState } from './state.ts';

/** What is loaded of a dimension, where a value of it has no rows: at least one value. */
export interface NearValues {
  readonly dimension: Dimension;
  /** The value that was asked for. */
  readonly asked: string;
  /** Values that are loaded, the likeliest first. */
  readonly loaded: readonly string[];
  /** Whether they are spelt like the one that was asked for. */
  readonly areNear: boolean;
  /** Whether there are known to be rows of them with the other values that were asked for. */
  readonly isTogether: boolean;
}

/** As many values are named. */
const MOST_NAMED = 8;
/** As many values are looked at for each beginning. */
const MOST_SEEN = 100;
/** The longest that a page waits for them, in ms. */
const PATIENCE_MS = 1500;

/**
 * The values of which nothing is found, and what is loaded instead of each: of a scope that isn't
 * loaded, else of the dimensions whose values nobody lists, titles and the like.
 */
export async function nearValues(
  road: Road,
  state: ExplorerState,
  signal: AbortSignal,
): Promise<NearValues[]> {
  const dimensions = chosenDimensions(state.metric);
  const scopes = dimensions.flatMap((dimension) => unloadedScopes(road, state, dimension));
  if (scopes.length > 0) return scopes;
  const open = dimensions.filter(({ name, values }) => !values && !state.metric.scope.includes(name));
  const found = open.flatMap((dimension) =>
    valuesIn(state, dimension.name).map((asked) => storedNear(road, state, dimension, asked, signal)),
  );
  return (await Promise.all(found)).filter((near) => near !== undefined);
}

function unloadedScopes(road: Road, state: ExplorerState, dimension: Dimension): NearValues[] {
  const { metric } = state;
  const loaded = scopeValues(metric, dimension, road.watch.stateOf(metric));
  if (!loaded) return [];
  return valuesIn(state, dimension.name)
    .filter((asked) => !loaded.includes(dimension.normalise(asked)))
    .map((asked) => ({ ...named(dimension, asked, loaded), isTogether: false }));
}

/** Undefined where the value itself is among the newest. */
async function storedNear(
  road: Road,
  state: ExplorerState,
  dimension: Dimension,
  asked: string,
  signal: AbortSignal,
): Promise<NearValues | undefined> {
  const patience = patienceOf(signal, PATIENCE_MS);
  try {
    // Together with the other values there may be nothing at all.
    for (const isTogether of [true, false]) {
      const seen = async (prefix: string): Promise<string[]> => {
        const known = knownBeside(state, dimension, isTogether);
        const wanted = { metric: state.metric, dimension, prefix, limit: MOST_SEEN, known };
        return valuesOf(await dimensionValues(road, wanted, patience.signal));
      };
      const found = await nearIn(seen, dimension.normalise(asked));
      if (found === 'there') return undefined;
      if (found.length > 0) return { ...named(dimension, asked, found), isTogether };
    }
  } catch (error) {
    const isLate = patience.signal.aborted && !signal.aborted;
    if (!isLate && !(error instanceof Problem) && !(error instanceof EngineError)) throw error;
  } finally {
    patience.end();
  }
  return undefined;
}

/** The values that begin as one does, shorter and shorter until some are near to it; at last any. */
async function nearIn(
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

function named(dimension: Dimension, asked: string, loaded: readonly string[]): NearValues {
  const near = alike(dimension.normalise(asked), loaded, MOST_NAMED);
  return {
    dimension,
    asked,
    loaded: near.length > 0 ? near : loaded.slice(0, MOST_NAMED),
    areNear: near.length > 0,
    isTogether: true,
  };
}

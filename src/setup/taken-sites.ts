import { plainHost } from '../collect/sites.ts';
import type { Metric } from '../core/metric/metric.ts';
import { hasOtherSource, loadedValues, type TableState, valuesOfScope } from '../core/time/table-state.ts';
import type { Road } from '../read/road.ts';

/** The dimension whose values are sites. */
const PROJECT = 'project';
/** How many hosts are remembered with their answer. */
const REMEMBERED = 10_000;

/**
 * Tells which sites are projects that have numbers from elsewhere: a dump, a mirror, rows by hand.
 * Nobody's own views are added to those. What isn't known because an engine doesn't answer is no reason
 * to refuse: events wait in the log for whoever makes numbers of them.
 */
export function takenSites(road: Pick<Road, 'catalogue' | 'watch'>): (host: string) => boolean {
  let known = new Map<string, boolean>();
  let { epoch } = road.watch;
  let { catalogue } = road;
  return (host) => {
    const { watch } = road;
    if (watch.epoch !== epoch || road.catalogue !== catalogue || known.size >= REMEMBERED) {
      known = new Map();
      ({ catalogue } = road);
      ({ epoch } = watch);
    }
    let isTaken = known.get(host);
    if (isTaken === undefined) {
      isTaken = catalogue.metrics.some((metric) => holds(metric, host, watch));
      known.set(host, isTaken);
    }
    return isTaken;
  };
}

/** Whether numbers are loaded for a project that its own visitors didn't make. */
function hasOthers(state: TableState, place: number, name: string): boolean {
  const scopes = new Set([...state.coverage.values()].flatMap((ofGrain) => [...ofGrain.keys()]));
  return [...scopes].some((scope) => valuesOfScope(scope)[place] === name && hasOtherSource(state, scope));
}

function holds(metric: Metric, host: string, watch: Road['watch']): boolean {
  const place = metric.scope.indexOf(PROJECT);
  const dimension = metric.dimensions.find(({ name }) => name === PROJECT);
  if (place === -1 || !dimension) return false;
  const names = [host, plainHost(host)].map((name) => dimension.normalise(name));
  return (['series', 'warehouse'] as const).some((home) => {
    try {
      const state = watch.stateOf(metric, home);
      const loaded = loadedValues(state, place);
      return names.some((name) => loaded.has(name) && hasOthers(state, place, name));
    } catch {
      return false;
    }
  });
}

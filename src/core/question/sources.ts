import { type Coverage, uncover, union } from '../time/coverage.ts';
import type { Metric } from '../metric/metric.ts';
import type { TableState } from '../time/table-state.ts';
import type { Grain } from '../time/time.ts';
import { coverageOfMembers } from './groups.ts';

/** Loaded periods whose numbers come from one source. */
export interface SourcePeriods {
  /**
   * `own-traffic`: made from views of a site's own visitors or a wiki's own edits, which Kraken collected. `events`: made
   * from another stream's events. `imported`: made of imported rows, or of imported histories.
   */
  readonly kind: 'own-traffic' | 'events' | 'imported';
  /** The streams whose events the numbers are made from. */
  readonly streams?: readonly string[];
  readonly periods: Coverage;
}

/**
 * Returns from which sources the loaded periods of some series are. If series of several scopes are added up, a
 * period may have several sources.
 * @param state a state with `ownTraffic`: that of an earlier time has none
 */
export function sourcesOf(
  metric: Metric,
  state: TableState,
  grain: Grain,
  members: readonly (readonly string[])[],
): SourcePeriods[] {
  const { events, source } = metric.aggregate ?? {};
  const coverages = members.map((member) => {
    const covered = coverageOfMembers(metric, state, grain, [member]);
    const ofOwn = { ...state, coverage: state.ownTraffic ?? new Map<Grain, never>() };
    const own = coverageOfMembers(metric, ofOwn, grain, [member]);
    return {
      own,
      rest: own.reduce<Coverage>((rest, { first, last }) => uncover(rest, first, last), covered),
    };
  });
  const own = union(coverages.map((one) => one.own));
  const rest = union(coverages.map((one) => one.rest));
  const kinds: SourcePeriods[] = [
    { kind: 'own-traffic', ...(source?.streams ? { streams: source.streams } : {}), periods: own },
    events
      ? { kind: 'events', streams: [events.stream], periods: rest }
      : { kind: 'imported', periods: rest },
  ];
  return kinds.filter(({ periods }) => periods.length > 0);
}

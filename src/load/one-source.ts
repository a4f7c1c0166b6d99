import { clipCoverage, type Coverage, uncover } from '../core/time/coverage.ts';
import { type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { formatDate, type Grain, type Span } from '../core/time/time.ts';
import type { Cover } from '../warehouses/warehouse.ts';
import type { GrainChange } from './event-source.ts';

/** A project's numbers of a period would come from two sources. */
export class OtherSourceError extends Error {
  override readonly name = 'OtherSourceError';
}

/**
 * Refuses imported rows of periods that have numbers made from collected events.
 * @param covers what the rows claim
 * @throws OtherSourceError
 */
export function assertNoOwnTraffic(state: TableState, covers: readonly Cover[]): void {
  for (const { grain, scope, ...span } of covers) {
    const [own] = clipCoverage(state.ownTraffic?.get(grain)?.get(scope) ?? [], span);
    if (!own) continue;
    throw new OtherSourceError(
      `${nameOf(scope)} has numbers made from collected events for ${periodsIn(grain, own)}, and the numbers of a period come from one source. Leave these periods out, or remove the numbers first with kraken retract.`,
    );
  }
}

/** A scope whose numbers aren't made, because some of its periods have numbers of another source. */
export interface LeftOut {
  readonly scope: string;
  /** Why, in a sentence. */
  readonly reason: string;
}

/**
 * Returns the scopes that have numbers of another source in the periods of some changes.
 * @param isOwnTraffic whether the changes are made from collected events
 */
export function scopesOfOthers(
  state: TableState,
  scopes: readonly string[],
  { changes, isOwnTraffic }: { readonly changes: readonly GrainChange[]; readonly isOwnTraffic: boolean },
): LeftOut[] {
  const { others, those } = isOwnTraffic
    ? { others: 'imported numbers', those: 'those made from collected events' }
    : { others: 'numbers made from collected events', those: 'those made from imported events' };
  return scopes.flatMap((scope) => {
    for (const { grain, spans } of changes) {
      const coverage = isOwnTraffic
        ? ofOthers(state, grain, scope)
        : (state.ownTraffic?.get(grain)?.get(scope) ?? []);
      const [first] = spans.flatMap((span) => clipCoverage(coverage, span));
      if (!first) continue;
      const reason = `${nameOf(scope)} has ${others} for ${periodsIn(grain, first)}, and the numbers of a period come from one source: ${those} are left out. Remove the others with kraken retract, then run kraken aggregate --again.`;
      return [{ scope, reason }];
    }
    return [];
  });
}

function ofOthers(state: TableState, grain: Grain, scope: string): Coverage {
  const own = state.ownTraffic?.get(grain)?.get(scope) ?? [];
  const all = state.coverage.get(grain)?.get(scope) ?? [];
  return own.reduce<Coverage>((rest, { first, last }) => uncover(rest, first, last), all);
}

function nameOf(scope: string): string {
  return valuesOfScope(scope).join(', ');
}

function periodsIn(grain: Grain, { first, last }: Pick<Span, 'first' | 'last'>): string {
  const text = (ordinal: number): string => formatDate(grain, ordinal);
  return first === last ? text(first) : `${text(first)} to ${text(last)}`;
}

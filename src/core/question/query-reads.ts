import type { Aggregation, Exception } from '../aggregation.ts';
import { readableOfMembers } from './groups.ts';
import { hullOf, isComplete, type Coverage } from '../coverage.ts';
import type { SeriesPart, SeriesPlan } from './plan.ts';
import { isWithheld } from '../privacy.ts';
import { unionOf } from './query-loaded.ts';
import { askedBy, productOf, type QueryPlan } from './query-plan.ts';
import { conditionsOf, severalListed, type Asked } from './query-where.ts';
import { clip, isWhole } from './range.ts';
import { columnName, tableOf } from '../table.ts';
import { intersect, ordinalAt, refine, startOf, type Grain, type Span } from '../time.ts';

/*
 * What the engines are asked for a plan.
 */

/** What was loaded of a group: of the scopes that its values name, or of all that are added up in it. */
export function coverageOfGroup(plan: QueryPlan, values: readonly string[]): Coverage {
  const { metric, asked, query, scopes } = plan;
  if (asked.some(({ dimension: { withheld } }, i) => withheld?.has(valueIn(plan, i, values) ?? '')))
    return [];
  const own = metric.scope.map((name) => {
    const at = query.by.indexOf(name);
    return at >= 0 ? values[at] : undefined;
  });
  return unionOf(
    scopes.filter((scope) => own.every((value, i) => value === undefined || value === scope.values[i])),
  );
}

/** The one value that a group has of the metric's nth dimension, where it has one. */
function valueIn({ asked, query }: QueryPlan, index: number, values: readonly string[]): string | undefined {
  const { dimension, values: listed } = asked[index] as Asked;
  const at = query.by.indexOf(dimension.name);
  return at >= 0 ? values[at] : listed?.length === 1 ? listed[0] : undefined;
}

/** Whether all of a period was loaded completely for a group, so that what is absent didn't happen. */
export function isKnown(coverage: Coverage, source: Grain, grain: Grain, ordinal: number): boolean {
  const { first, last } = refine({ grain, first: ordinal, last: ordinal }, source);
  for (let period = first; period <= last; period++) if (!isComplete(coverage, period)) return false;
  return true;
}

/** The question to the series store over the plan's periods or those they are compared with; one part a group. */
export function seriesPlanOf(plan: QueryPlan, span: Span): SeriesPlan {
  const { metric, asked, query, state, source } = plan;
  const parts = (plan.groups ?? []).map((values): SeriesPart => {
    const lists = asked.map(({ dimension, values: listed }) => {
      const at = query.by.indexOf(dimension.name);
      return at >= 0 ? [values[at] as string] : (listed ?? []);
    });
    const members = (productOf(lists) ?? []).filter((member) => !isWithheld(metric, member));
    const coverage =
      members.length === 0 ? [] : readableOfMembers(metric, state, { grain: span.grain, source }, members);
    return { values, members, span: clip(metric, span, coverage), coverage };
  });
  return {
    kind: 'series',
    metric,
    grain: span.grain,
    source,
    fill: undefined,
    sum: undefined,
    asked: span,
    listed: asked.map(({ values }) => values ?? []),
    varied: severalListed(asked).map(({ name }) => name),
    parts,
    key: `${plan.key}\0${span.first}`,
    version: plan.version,
    cost: plan.cost,
    several: true,
    closed: plan.closed,
    relative: plan.relative,
  };
}

/** The question to the warehouse, without its page: over the plan's periods or those they are compared with. */
export function aggregationOf(plan: QueryPlan, span: Span): Omit<Aggregation, 'offset' | 'limit'> {
  const { metric, query, asked, source } = plan;
  const read = refine(span, source);
  const hull = hullOf(plan.loaded) ?? { first: 0, last: -1 };
  const { first, last } = intersect(read, hull);
  return {
    table: tableOf(metric),
    grain: source,
    first,
    last,
    where: conditionsOf(asked),
    except:
      span.grain === source || (source === 'daily' && span.grain === 'monthly') ? [] : partials(plan, span),
    least: Object.entries(metric.measures).flatMap(([name, { least }]) =>
      least === undefined ? [] : [{ column: columnName(name), least }],
    ),
    by: query.by.map(columnName),
    period: query.grain ?? undefined,
    measures: query.measures.map(columnName),
    order: query.order.map(({ by, direction }) => ({
      column: columnName(by),
      descending: direction === 'desc',
    })),
  };
}

/** Weeks and years of which not all days or months were loaded: they aren't given. */
function partials(plan: QueryPlan, span: Span): Exception[] {
  const { metric, asked, query, scopes, source } = plan;
  const { grain } = span;
  const apart = metric.scope.every(
    (name) => query.by.includes(name) || askedBy(asked, name).values?.length === 1,
  );
  const units = apart ? scopes : [{ values: [], coverage: plan.loaded }];
  return units.flatMap(({ values, coverage }) => {
    const ends = coverage.flatMap(({ first, last }) => [first, last]);
    const touched = new Set(ends.map((ordinal) => ordinalAt(grain, startOf(source, ordinal))));
    return [...touched]
      .filter(
        (ordinal) =>
          ordinal >= span.first && ordinal <= span.last && !isWhole(coverage, source, grain, ordinal),
      )
      .map((ordinal) => ({
        where: values.map((value, i) => ({ column: columnName(metric.scope[i] as string), value })),
        ...endsOf(source, grain, ordinal),
      }));
  });
}

function endsOf(source: Grain, grain: Grain, ordinal: number): { first: number; last: number } {
  const { first, last } = refine({ grain, first: ordinal, last: ordinal }, source);
  return { first, last };
}

import type { Aggregation, Exception } from './aggregation.ts';
import type { Grouping } from './analysis.ts';
import { askedBy, conditionsOf, type AskedDimension } from './conditions.ts';
import { hullOf, type Coverage } from '../time/coverage.ts';
import { isWhole } from './periods.ts';
import type { RowsPlan } from './plan.ts';
import { unionOf } from './query-loaded.ts';
import { columnName } from '../metric/table.ts';
import { tableOf } from '../metric/metric-table.ts';
import { intersect, ordinalAt, refine, startOf, type Span } from '../time/time.ts';

/**
 * The coverage of a group. Its scopes are the scopes with the group's values, and all scopes that are added
 * up in the group.
 */
export function coverageOfGroup(plan: RowsPlan, values: readonly string[]): Coverage {
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

/** A group's value of the metric's nth dimension, if it has a single one. */
function valueIn({ asked, query }: RowsPlan, index: number, values: readonly string[]): string | undefined {
  const { dimension, values: listed } = asked[index] as AskedDimension;
  const at = query.by.indexOf(dimension.name);
  return at >= 0 ? values[at] : listed?.length === 1 ? listed[0] : undefined;
}

/** The order of a plan's rows, if they are answered as they are read. */
export function orderOf({ query }: RowsPlan): Aggregation['order'] {
  return query.order.map(({ by, direction }) => ({
    column: columnName(by),
    descending: direction === 'desc',
  }));
}

/**
 * The rows of a plan, in no order.
 * @param span the plan's periods, or those that they are compared with
 */
export function groupingOf(plan: RowsPlan, span: Span): Grouping {
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
    ...(plan.asOf ? { asOf: plan.asOf.version } : {}),
    measures: plan.measures.map(columnName),
  };
}

/** The weeks and years whose days or months aren't all loaded. They are left out of the answer. */
function partials(plan: RowsPlan, span: Span): Exception[] {
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
      .map((ordinal) => {
        const { first, last } = refine({ grain, first: ordinal, last: ordinal }, source);
        const scope = values.map((value, i) => ({ column: columnName(metric.scope[i] as string), value }));
        return { where: scope, first, last };
      });
  });
}

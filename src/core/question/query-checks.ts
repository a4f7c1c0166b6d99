import { hasSums, whyNoSums } from '../metric/measure.ts';
import { dimensionNames, type Metric } from '../metric/metric.ts';
import { invalidParameter } from '../problem.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { isSummed, refuseUnknown, totalAmong, type AskedDimension } from './conditions.ts';
import type { Query } from './query.ts';
import type { QuestionOptions, RowsText } from './question.ts';
import { GRAINS, lengthOf, type Grain, type Span } from '../time/time.ts';

/**
 * The measures that a question asks for: those named, or all if `names` is undefined.
 * @param parameterOf gives the parameter that holds the nth name
 * @throws Problem
 */
export function measuresAsked(
  metric: Metric,
  names = Object.keys(metric.measures) as readonly string[],
  parameterOf = (_: string, index: number): string => `measures[${index}]`,
): readonly string[] {
  if (names.length === 0)
    throw invalidParameter('measures', 'measures is empty.', Object.keys(metric.measures));
  refuseUnknown(metric, 'measure', names, parameterOf);
  return names;
}

/** The grain that a /query question asks for; null for none. @throws Problem if the metric doesn't have it */
export function grainAsked(metric: Metric, name: string | undefined): Grain | null {
  if (name === undefined) return null;
  const allowed = GRAINS.filter((grain) => metric.grains[grain]);
  const grain = allowed.find((known) => known === name.toLowerCase());
  if (grain) return grain;
  throw invalidParameter(
    'grain',
    `${metric.name} has no grain ${name}${suggestion(nearest(name, allowed))}`,
    allowed,
  );
}

/**
 * A total order of the rows: the order asked for, then the period and the dimensions. If none is
 * asked for, rows with periods are sorted by time, others, and the top of a group, by their first measure, highest first.
 * The groups of `within` come one after the other, by their values.
 * @throws Problem
 */
export function orderAsked(
  text: Pick<RowsText, 'by' | 'order' | 'top' | 'within'>,
  measures: readonly string[],
  grain: Grain | null,
): Query['order'] {
  const periods = grain ? ['timestamp'] : [];
  const known = [...periods, ...text.by, ...measures];
  const asked =
    text.order ??
    (grain && text.top === undefined
      ? []
      : measures.slice(0, 1).map((by) => ({ by, direction: 'desc' as const })));
  const seen = new Set<string>();
  asked.forEach(({ by }, i) => {
    const parameter = `order[${i}].by`;
    if (by === 'timestamp' && !grain)
      throw invalidParameter(parameter, 'Rows have a timestamp only if the question has a grain.', known);
    if (!known.includes(by))
      throw invalidParameter(
        parameter,
        `Rows can't be sorted by ${by}${suggestion(nearest(by, known))}`,
        known,
      );
    if (seen.has(by)) throw invalidParameter(parameter, `The order names ${by} twice.`);
    seen.add(by);
  });
  const rest = [...periods, ...text.by].filter((name) => !seen.has(name));
  const all = [...asked, ...rest.map((by) => ({ by, direction: 'asc' as const }))];
  const { within = [] } = text;
  const groups = within.flatMap((name) => all.filter(({ by }) => by === name));
  return [...groups, ...all.filter(({ by }) => !within.includes(by))];
}

/** Checks that the values of a path's dimension can be added up. @throws Problem */
export function refuseSum(metric: Metric, asked: readonly AskedDimension[], name: string): void {
  const one = asked.find(({ dimension }) => dimension.name === name);
  if (!one) {
    const allowed = dimensionNames(metric);
    const detail = `sum should name a dimension of ${metric.name}${suggestion(nearest(name, allowed))}`;
    throw invalidParameter('sum', detail, allowed);
  }
  if (!hasSums(metric)) throw invalidParameter('sum', whyNoSums(metric) ?? '');
  const total = totalAmong(one);
  if (total !== undefined)
    throw invalidParameter(name, `${total} includes the others, so a sum would count them twice`);
}

interface Summing {
  readonly metric: Metric;
  readonly asked: readonly AskedDimension[];
  readonly measures: readonly string[];
  readonly grain: Grain | null;
  readonly span: Span;
  readonly total: boolean;
}

/**
 * Refuses sums without a meaning: of measures that don't add up, of ranked lists, which are cut off,
 * and of a total with its parts.
 * @throws Problem that says what is possible instead
 */
export function refuseSums({ metric, asked, measures, grain, span, total }: Summing): void {
  const summed = asked.filter(isSummed);
  const mixed = summed.find(totalAmong);
  if (mixed) {
    const { name } = mixed.dimension;
    throw invalidParameter(
      `where.${name}`,
      `One of these values of ${name} includes others, so a sum would count those twice. Put ${name} into by, or ask for that value alone.`,
    );
  }
  if (total && asked.some((one) => one.isBy && totalAmong(one) !== undefined))
    throw invalidParameter('total', 'One of the rows includes others, so a total would count those twice.', [
      'false',
    ]);
  const nonAdditive = measures.filter((name) => metric.measures[name]?.additive === false);
  const isTop = metric.shape.kind === 'top';
  if (nonAdditive.length === 0 && !isTop) return;
  const why = isTop
    ? `${metric.name} lists only some entries in each period, so their numbers can't be added up`
    : `${nonAdditive.join(', ')} can't be added up, because the same thing would count twice`;
  const one = summed[0];
  if (one) {
    const { name, values, allowed } = one.dimension;
    const parameter = one.values === undefined && one.echo === undefined ? `where.${name}` : 'by';
    throw invalidParameter(
      parameter,
      `${why}. Give one value of ${name}, or put it into by.`,
      values ?? allowed,
    );
  }
  const grains = GRAINS.filter((known) => metric.grains[known] && metric.grains[known] !== 'summed');
  if (grain === null && lengthOf(span) > 1)
    throw invalidParameter('grain', `${why}. Ask for a grain, or for a range of one period.`, grains);
  if (grain !== null && !grains.includes(grain))
    throw invalidParameter(
      'grain',
      `${why}. Ask for a grain that is stored${isTop ? '' : ', or name other measures'}.`,
      grains,
    );
  if (total) throw invalidParameter('total', `${why}.`, ['false']);
}

/** The option `fill`: what to answer for periods without a row. @throws Problem */
export function fillOf({ fill }: QuestionOptions): 'zero' | 'null' | undefined {
  if (fill === undefined || fill === 'zero' || fill === 'null') return fill;
  throw invalidParameter('fill', 'fill should be zero or null', ['zero', 'null']);
}

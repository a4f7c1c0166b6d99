import { combinations } from '../core/value/combinations.ts';
import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import type { PathQuestion, QuestionOptions, RangeText, TopPeriodText } from '../core/question/question.ts';
import { ALL_DAYS } from '../core/question/top-period.ts';
import { enumName, fieldName } from '../core/metric/graphql-names.ts';

/** The value of `first` in example queries. */
const FIRST = 10;

/**
 * A question as a GraphQL query, with one field for each combination of its values. GraphQL has no `sum`, so
 * this option is left out.
 */
export function queryTextOf(metric: Metric, { where, period, options }: PathQuestion): string {
  const dimensions = metric.dimensions.filter(({ name }) => where[name] !== undefined);
  const asked = combinations(dimensions.map(({ name }) => where[name] ?? []));
  const fields = asked.map((values, i) => {
    const settled = dimensions.map((dimension, d): [string, string] => {
      const value = dimension.normalise(values[d] as string);
      return [
        fieldName(dimension.name),
        dimension.values?.includes(value) ? enumName(value) : JSON.stringify(value),
      ];
    });
    const given = [...settled, ...periodOf(metric, period as RangeText & TopPeriodText, options)];
    const alias = asked.length > 1 ? `series${i + 1}: ` : '';
    const text = given.map(([name, value]) => `    ${name}: ${value}\n`).join('');
    return `  ${alias}${fieldName(metric.name)}(\n${text}  ) {\n${selectionOf(metric)}  }\n`;
  });
  return `{\n${fields.join('')}}\n`;
}

function periodOf(
  metric: Metric,
  period: RangeText & TopPeriodText,
  { fill, asOf }: QuestionOptions,
): [string, string][] {
  const past = asOf === undefined ? [] : [['asOf', JSON.stringify(asOf)] as [string, string]];
  if (metric.shape.kind === 'top') {
    const { year, month, day = ALL_DAYS } = period;
    const date = day === ALL_DAYS ? `${year}-${month}` : `${year}-${month}-${day}`;
    return [['date', JSON.stringify(date)], ['first', String(FIRST)], ...past];
  }
  return [
    ['grain', enumName(period.granularity ?? grainOfPath(metric) ?? '')],
    ['start', JSON.stringify(period.start)],
    ['end', JSON.stringify(period.end)],
    ...(fill === undefined ? [] : [['fill', enumName(fill)] as [string, string]]),
    ...past,
  ];
}

function selectionOf({ shape, measures }: Metric): string {
  if (shape.kind === 'series')
    return ['timestamps', ...Object.keys(measures)].map((name) => `    ${fieldName(name)}\n`).join('');
  return `    entries {\n${shape.fields.map((name) => `      ${fieldName(name)}\n`).join('')}    }\n`;
}

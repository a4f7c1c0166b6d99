import { DECIMAL_SCALES, SUM_DECIMALS } from '../../core/value/decimal-sum.ts';

/**
 * The sum of a column of decimals, as `DecimalSum` adds them. What has more decimals is added as
 * doubles are: the last of its digits depends on the order in which Hive's tasks end.
 * @param column quoted
 */
export function decimalSum(column: string): string {
  const fits = DECIMAL_SCALES.map(
    ({ below, decimals }) =>
      `(abs(${column}) < ${below}D AND round(${column} * 1E${decimals}D) / 1E${decimals}D = ${column})`,
  ).join(' OR ');
  // Hive makes a decimal of a double by way of its text, and a double of a decimal likewise.
  const exact = `CAST(sum(CASE WHEN ${fits} THEN CAST(${column} AS DECIMAL(38,${SUM_DECIMALS})) END) AS DOUBLE)`;
  const others = `sum(CASE WHEN ${fits} THEN NULL ELSE ${column} END)`;
  return `(coalesce(${exact}, 0D) + coalesce(${others}, 0D))`;
}

import { DECIMAL_SCALES, SUM_DECIMALS } from '../../core/value/decimal-sum.ts';

/**
 * Returns the SQL of the sum of a decimal column, exact as in `DecimalSum`. Values with more decimals are
 * added as doubles, so their last digit depends on the order in which Hive's tasks end.
 * @param column the quoted name
 */
export function decimalSum(column: string): string {
  const fits = DECIMAL_SCALES.map(
    ({ below, decimals }) =>
      `(abs(${column}) < ${below}D AND round(${column} * 1E${decimals}D) / 1E${decimals}D = ${column})`,
  ).join(' OR ');
  // Hive converts between doubles and decimals by way of their texts.
  const exact = `CAST(sum(CASE WHEN ${fits} THEN CAST(${column} AS DECIMAL(38,${SUM_DECIMALS})) END) AS DOUBLE)`;
  const others = `sum(CASE WHEN ${fits} THEN NULL ELSE ${column} END)`;
  return `(coalesce(${exact}, 0D) + coalesce(${others}, 0D))`;
}

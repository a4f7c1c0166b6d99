import { DECIMAL_SCALES, SUM_DECIMALS } from '../../core/value/decimal-sum.ts';

/**
 * The sum of a column of decimals, as `DecimalSum` adds them: DuckDB's threads add doubles in changing
 * order, and so not always to the same. What has more decimals is sorted first.
 * @param column quoted
 */
export function decimalSum(column: string): string {
  const scales = DECIMAL_SCALES.map(({ below, decimals }) => {
    const scaled = `round(${column} * 1e${decimals})`;
    const units = `CAST(${scaled} AS HUGEINT) * CAST(1e${SUM_DECIMALS - decimals} AS HUGEINT)`;
    return `WHEN abs(${column}) < ${below} AND ${scaled} / 1e${decimals} = ${column} THEN ${units}`;
  });
  const units = `CASE ${scales.join(' ')} END`;
  const exact = `CAST(CAST(sum(${units}) AS VARCHAR) || 'e-${SUM_DECIMALS}' AS DOUBLE)`;
  const others = `sum(${column} ORDER BY ${column}) FILTER (WHERE ${units} IS NULL)`;
  return `(coalesce(${exact}, 0) + coalesce(${others}, 0))`;
}

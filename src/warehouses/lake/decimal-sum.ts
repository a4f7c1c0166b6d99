import { DECIMAL_SCALES, SUM_DECIMALS } from '../../core/value/decimal-sum.ts';

/**
 * Returns the SQL of the sum of a decimal column, exact as in `DecimalSum`: DuckDB's threads add doubles in
 * changing order, with changing results. Values with more decimals are sorted before they are added.
 * @param column the quoted name
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

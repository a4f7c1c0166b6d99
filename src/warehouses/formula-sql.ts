import { TIMESTAMP, type Formula } from '../core/derived/formula.ts';
import { isNullable } from '../core/question/aggregation.ts';
import type { Analysis } from '../core/question/analysis.ts';
import type { AnalysisDialect } from './analysis-dialect.ts';

type OverRows = Extract<Formula, { readonly is: 'total' | 'rank' | 'running sum' | 'moving average' }>;

/** Writes formulas as expressions over the columns `_m0`, `_b0`, `_d0`, `_ordinal` and those of windows. */
export class FormulaSql {
  /** What has to be computed over several rows first: expressions and their names. */
  readonly windows: string[] = [];
  readonly #names = new Map<Formula, string>();
  readonly #asked: Analysis;
  readonly #dialect: AnalysisDialect;

  constructor(asked: Analysis, dialect: AnalysisDialect) {
    this.#asked = asked;
    this.#dialect = dialect;
  }

  /** The column of a dimension or of the period. */
  column(name: string): string {
    return this.#dialect.identifier(name === TIMESTAMP ? '_stamp' : name);
  }

  /** The number of a row. */
  ofRow(formula: Formula): string {
    switch (formula.is) {
      case 'now':
      case 'before':
      case 'divisor':
        return this.#leaf(formula);
      case 'days':
        return this.#days(this.#asked.now.period !== undefined);
      case 'difference':
      case 'ratio':
        return combined(formula.is, this.ofRow(formula.of), this.ofRow(formula.and));
      default:
        return this.#window(formula);
    }
  }

  /** The number of a row that is the sum of a group of rows. It has no rank, and no place in time. */
  ofSum(formula: Formula): string {
    switch (formula.is) {
      case 'now':
      case 'before':
      case 'divisor': {
        const number = this.#leaf(formula);
        return `CASE WHEN count(${number}) = count(*) THEN sum(${number}) END`;
      }
      case 'days':
        return this.#days(this.#asked.top?.within.includes(TIMESTAMP) === true);
      case 'difference':
      case 'ratio':
        return combined(formula.is, this.ofSum(formula.of), this.ofSum(formula.and));
      case 'total': {
        const total = this.#window(formula);
        return `CASE WHEN count(${total}) = count(*) AND min(${total}) = max(${total}) THEN max(${total}) END`;
      }
      default:
        return 'NULL';
    }
  }

  #leaf(formula: Extract<Formula, { readonly is: 'now' | 'before' | 'divisor' }>): string {
    const { identifier } = this.#dialect;
    if (formula.is === 'divisor') return identifier(`_d${formula.place}`);
    return identifier(`_${formula.is === 'now' ? 'm' : 'b'}${formula.measure}`);
  }

  #days(isOfPeriod: boolean): string {
    const { days, now } = this.#asked;
    return isOfPeriod && now.period
      ? this.#dialect.days(now.period, this.column(TIMESTAMP))
      : this.#dialect.number(days);
  }

  /** The name of what is computed over several rows. */
  #window(formula: OverRows): string {
    const known = this.#names.get(formula);
    if (known !== undefined) return known;
    const name = this.#dialect.identifier(`_w${this.windows.length}`);
    this.windows.push(`${this.#overRows(formula)} AS ${name}`);
    this.#names.set(formula, name);
    return name;
  }

  #overRows(formula: OverRows): string {
    const { now } = this.#asked;
    const { identifier, number: literal } = this.#dialect;
    const number = identifier(`_m${formula.measure}`);
    const hasGaps = isNullable(now, now.measures[formula.measure] as string);
    const sum = (over: string): string =>
      hasGaps
        ? `CASE WHEN count(${number}) OVER ${over} = count(*) OVER ${over} THEN sum(${number}) OVER ${over} END`
        : `sum(${number}) OVER ${over}`;
    const ofGroup = `${partition(now.by.map((name) => this.column(name)))}ORDER BY ${identifier('_ordinal')}`;
    switch (formula.is) {
      case 'total':
        return sum(`(${this.#within(formula.within)})`);
      case 'rank': {
        const rank = `rank() OVER (${this.#within(formula.within)}ORDER BY ${number} DESC NULLS LAST)`;
        return hasGaps ? `CASE WHEN ${number} IS NOT NULL THEN ${rank} END` : rank;
      }
      case 'running sum':
        return sum(`(${ofGroup} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`);
      case 'moving average': {
        const { periods } = formula;
        const over = `(${ofGroup} RANGE BETWEEN ${periods - 1} PRECEDING AND CURRENT ROW)`;
        const mean = `sum(${number}) OVER ${over} / ${literal(periods)}`;
        return `CASE WHEN count(${number}) OVER ${over} = ${periods} THEN ${mean} END`;
      }
    }
  }

  #within(columns: readonly string[]): string {
    return partition(columns.map((name) => this.column(name)));
  }
}

/** The beginning of a window: which rows belong together. */
export function partition(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `PARTITION BY ${columns.join(', ')} `;
}

function combined(how: 'difference' | 'ratio', of: string, and: string): string {
  return how === 'difference' ? `(${of} - ${and})` : `(${of} / CASE WHEN ${and} <> 0 THEN ${and} END)`;
}

import { TIMESTAMP } from '../core/derived/formula.ts';
import { checkAnalysis, type Analysis, type Before } from '../core/question/analysis.ts';
import type { AnalysisDialect } from './analysis-dialect.ts';
import { FormulaSql, partition } from './formula-sql.ts';

/**
 * Writes the statement of an analysis: the columns of `by`, `_stamp` if the rows have periods, the cells that are answered,
 * and `_others` if there are rows of all others (1 in these). Undefined if it has no row.
 * @throws TypeError if a name is no column, or a number no number
 */
export function analysisStatement(asked: Analysis, dialect: AnalysisDialect): string | undefined {
  const found = analysisSteps(asked, dialect);
  return found && `WITH ${found.steps.join(',\n')}\n${found.rows}`;
}

/** The same statement in parts: what stands in its WITH, and the SELECT of its rows. */
export interface AnalysisSteps {
  readonly steps: readonly string[];
  readonly rows: string;
}

/** Writes the parts of the statement of an analysis. Undefined if it has no row. @throws TypeError as `analysisStatement` */
export function analysisSteps(asked: Analysis, dialect: AnalysisDialect): AnalysisSteps | undefined {
  checkAnalysis(asked);
  const now = dialect.part(asked.now);
  return now === undefined ? undefined : new Statement(asked, dialect).parts(now);
}

/**
 * One statement in steps: `joined` has the measures of the rows, of those that they are compared with and of other metrics
 * side by side; `windowed` adds what is computed over several rows, `worked` the cells, and `placed` the place in the group.
 */
class Statement {
  readonly #asked: Analysis;
  readonly #dialect: AnalysisDialect;
  readonly #formulas: FormulaSql;
  /** The columns that tell rows apart. */
  readonly #keys: readonly string[];
  readonly #name: (name: string) => string;

  constructor(asked: Analysis, dialect: AnalysisDialect) {
    this.#asked = asked;
    this.#dialect = dialect;
    this.#formulas = new FormulaSql(asked, dialect);
    this.#name = dialect.identifier;
    const columns = [...asked.now.by, ...(asked.now.period ? [TIMESTAMP] : [])];
    this.#keys = columns.map((name) => this.#formulas.column(name));
  }

  parts(now: string): AnalysisSteps {
    const { cells, having, top, shown, offset, limit } = this.#asked;
    const { number, page } = this.#dialect;
    const formulas = cells.map((formula, i) => `${this.#formulas.ofRow(formula)} AS ${this.#cell(i)}`);
    const conditions = having.map(
      (one) => `${this.#cell(one.cell)} ${one.operator === '!=' ? '<>' : one.operator} ${number(one.number)}`,
    );
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const columns = [...this.#keys, ...cells.slice(0, shown).map((_, i) => this.#cell(i))].join(', ');
    const steps = [
      ...this.#joined(now),
      `windowed AS (SELECT ${['joined.*', ...this.#formulas.windows].join(', ')} FROM joined)`,
      `worked AS (SELECT ${['windowed.*', ...formulas].join(', ')} FROM windowed)`,
    ];
    let chosen = `SELECT ${columns} FROM worked${where}`;
    if (top) {
      const group = partition(top.within.map((name) => this.#formulas.column(name)));
      const place = `row_number() OVER (${group}${this.#orderBy(this.#sorting())})`;
      steps.push(`placed AS (SELECT worked.*, ${place} AS ${this.#name('_place')} FROM worked${where})`);
      const first = `SELECT ${columns} FROM placed WHERE ${this.#name('_place')} <= ${top.limit}`;
      chosen = top.others ? this.#withOthers(columns) : first;
    }
    const sorting = this.#sorting();
    if (top?.others) sorting.splice(top.within.length, 0, this.#name('_others'));
    return { steps, rows: [chosen, this.#orderBy(sorting), page(offset, limit)].join('\n') };
  }

  #cell(i: number): string {
    return this.#name(`_c${i}`);
  }

  #orderBy(sorting: readonly string[]): string {
    return sorting.length > 0 ? `ORDER BY ${sorting.join(', ')}` : '';
  }

  #sorting(): string[] {
    return this.#asked.order.map(({ by, descending }) => {
      const name = typeof by === 'number' ? this.#cell(by) : this.#formulas.column(by);
      // An unknown number is less than any other.
      return `${name} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`;
    });
  }

  /** The steps up to `joined`. */
  #joined(now: string): string[] {
    const { before, divisors, now: rows } = this.#asked;
    const stepOf = (step: string, column: string): string => `${step}.${column}`;
    const steps = [`now_rows AS (${now})`];
    const columns = [
      ...this.#keys.map((key) => stepOf('now_rows', key)),
      ...rows.measures.map((_, i) => stepOf('now_rows', this.#name(`_m${i}`))),
    ];
    const joins = ['now_rows'];
    const join = (step: string, on: readonly string[]): void => {
      joins.push(`LEFT JOIN ${step} ON ${on.length === 0 ? '1 = 1' : on.join(' AND ')}`);
    };
    const same = (step: string, keys: readonly string[]): string[] =>
      keys.map((key) => `${stepOf('now_rows', key)} = ${stepOf(step, key)}`);
    const part = before && this.#dialect.part(before.rows);
    if (before && part !== undefined) {
      const time = rows.period
        ? [`${this.#ordinal('now_rows')} = ${stepOf('before_rows', this.#name('_ordinal'))}`]
        : [];
      const moved = rows.period
        ? `, ${this.#ordinal('part')} + ${before.shift} AS ${this.#name('_ordinal')}`
        : '';
      steps.push(`before_rows AS (SELECT part.*${moved} FROM (${part}) AS part)`);
      join('before_rows', [...same('before_rows', rows.by.map(this.#name)), ...time]);
    }
    rows.measures.forEach((_, i) => {
      const number = part === undefined ? NOTHING : stepOf('before_rows', this.#name(`_m${i}`));
      columns.push(`${this.#ifWhole(before, number)} AS ${this.#name(`_b${i}`)}`);
    });
    divisors.forEach((divisor, i) => {
      const its = this.#dialect.part(divisor);
      const step = `divisor_${i}`;
      if (its !== undefined) {
        steps.push(`${step} AS (${its})`);
        join(step, same(step, this.#keys));
      }
      columns.push(
        `${its === undefined ? NOTHING : stepOf(step, this.#name('_m0'))} AS ${this.#name(`_d${i}`)}`,
      );
    });
    if (rows.period) columns.push(`${this.#ordinal('now_rows')} AS ${this.#name('_ordinal')}`);
    return [...steps, `joined AS (SELECT ${columns.join(', ')} FROM ${joins.join(' ')})`];
  }

  #ordinal(step: string): string {
    const { period } = this.#asked.now;
    return period ? this.#dialect.ordinal(period, `${step}.${this.#formulas.column(TIMESTAMP)}`) : '0';
  }

  /** A compared number, which is unknown in groups that aren't loaded wholly. */
  #ifWhole(before: Before | undefined, number: string): string {
    if (!before || before.partly.length === 0) return number;
    if (before.partly === 'all') return NOTHING;
    const { text } = this.#dialect;
    const groups = before.partly.map((values) => {
      const equal = values.map(({ column, value }) => `now_rows.${this.#name(column)} = ${text(value)}`);
      return `(${equal.join(' AND ')})`;
    });
    return `CASE WHEN ${groups.join(' OR ')} THEN NULL ELSE ${number} END`;
  }

  /** The first rows of each group, and one row for all others of a group that has more. */
  #withOthers(columns: string): string {
    const { top, cells, shown } = this.#asked;
    const { textType } = this.#dialect;
    const place = this.#name('_place');
    const within = top?.within.map((name) => this.#formulas.column(name)) ?? [];
    const sums = [
      ...this.#keys.map((key) => (within.includes(key) ? key : `CAST(NULL AS ${textType}) AS ${key}`)),
      ...cells
        .slice(0, shown)
        .map((formula, i) => `CAST(${this.#formulas.ofSum(formula)} AS DOUBLE) AS ${this.#cell(i)}`),
    ];
    const grouped = within.length > 0 ? `GROUP BY ${within.join(', ')}` : 'HAVING count(*) > 0';
    const flag = (is: 0 | 1): string => `${is} AS ${this.#name('_others')}`;
    return [
      `SELECT * FROM (SELECT ${columns}, ${flag(0)} FROM placed WHERE ${place} <= ${top?.limit}`,
      `UNION ALL SELECT ${sums.join(', ')}, ${flag(1)} FROM placed WHERE ${place} > ${top?.limit} ${grouped}) AS chosen`,
    ].join('\n');
  }
}

const NOTHING = 'CAST(NULL AS DOUBLE)';

import { AND, readDerived, type NamedDerived } from '../derived/derived-name.ts';
import { DERIVED_MEASURES, derivedName, type Ingredients } from '../derived/derived-measures.ts';
import { TIMESTAMP, type Formula } from '../derived/formula.ts';
import type { Catalogue } from '../metric/catalogue.ts';
import type { Metric } from '../metric/metric.ts';
import { invalidParameter, type Problem } from '../problem.ts';
import { nearest, suggestion } from '../value/nearest.ts';
import type { Grain } from '../time/time.ts';
import { OPERATORS, type Having } from './analysis.ts';
import type { AskedDimension } from './conditions.ts';
import { isNumeric } from '../value/exact-number.ts';
import type { RowsText } from './question.ts';
import { refuseFalse } from './derived-checks.ts';

/** A number of a row: a measure, or what is derived of one. */
export interface Cell {
  /** Its name, as the question has it. */
  readonly name: string;
  readonly unit: string;
  readonly formula: Formula;
  /** The measure that it is, or is derived of. */
  readonly measure: string;
  readonly isDerived: boolean;
}

/** A measure of another metric, which measures are divided by. */
export interface DivisorAsked {
  readonly metric: Metric;
  readonly measure: string;
  /** The member of the question that names it. */
  readonly parameter: string;
}

/** The numbers that a question needs. */
export interface MeasuresAsked {
  /** The measures that are read. */
  readonly measures: readonly string[];
  /** First the numbers that are answered, then those that only `having` needs. */
  readonly cells: readonly Cell[];
  readonly shown: number;
  readonly divisors: readonly DivisorAsked[];
  readonly having: readonly Having[];
}

export interface AskingMeasures {
  readonly metric: Metric;
  readonly rows: RowsText;
  readonly grain: Grain | null;
  readonly asked: readonly AskedDimension[];
  readonly catalogue: Catalogue;
}

/** The maximum number of derived measures: each takes time for all rows of the question. */
const MAX_DERIVED = 20;

/** Reads the measures that a question names, derived ones too. @throws Problem naming the member that is wrong */
export function readMeasures(asking: AskingMeasures): MeasuresAsked {
  const { metric, rows } = asking;
  const own = Object.keys(metric.measures);
  const names = rows.measures ?? own;
  if (names.length === 0) throw invalidParameter('measures', 'measures is empty.', own);
  const found = new Reading(asking);
  const cells = names.map((name, i) => found.cell(name, `measures[${i}]`));
  const having = (rows.having ?? []).map((text, i): Having => {
    const parameter = `having[${i}]`;
    const { name, operator, number } = conditionIn(text, parameter);
    const known = cells.findIndex((cell) => cell.name === name);
    const cell = known >= 0 ? known : cells.push(found.cell(name, parameter)) - 1;
    return { cell, operator, number };
  });
  if (cells.filter(({ isDerived }) => isDerived).length > MAX_DERIVED)
    throw invalidParameter(
      'measures',
      `A question has at most ${MAX_DERIVED} derived measures, with those of having.`,
      `at most ${MAX_DERIVED} derived measures`,
    );
  return { measures: found.measures, cells, shown: names.length, divisors: found.divisors, having };
}

/** A condition as the answer echoes it. */
export function havingText({ operator, number }: Having, { name }: Cell): string {
  return `${name}${operator}${number}`;
}

function conditionIn(
  text: string,
  parameter: string,
): Pick<Having, 'operator' | 'number'> & { name: string } {
  const [, name = '', written = '', value = ''] = /^\s*([^\s<>=!]+)\s*([<>=!]+)\s*(\S+)\s*$/.exec(text) ?? [];
  const operator = OPERATORS.find((known) => known === written);
  const number = Number(value);
  if (operator && isNumeric(value) && Number.isFinite(number)) return { name, operator, number };
  throw invalidParameter(
    parameter,
    `${parameter} should be a measure, a comparison and a number, such as views>=1000.`,
    `MEASURE, one of ${OPERATORS.join(' ')}, NUMBER`,
  );
}

/** Reads names one by one, and collects what they need. */
class Reading {
  readonly measures: string[] = [];
  readonly divisors: DivisorAsked[] = [];
  readonly #asking: AskingMeasures;

  constructor(asking: AskingMeasures) {
    this.#asking = asking;
  }

  cell(name: string, parameter: string): Cell {
    const { metric } = this.#asking;
    const own = Object.keys(metric.measures);
    if (own.includes(name)) {
      const { unit = '' } = metric.measures[name] ?? {};
      const measure = this.#measure(name);
      return { name, unit, formula: { is: 'now', measure }, measure: name, isDerived: false };
    }
    const [named] = readDerived(name, own);
    if (named) return this.#derived(name, named, parameter);
    const derived = own.flatMap((measure) => DERIVED_MEASURES.map((one) => derivedName(measure, one)));
    const near = nearest(name, [...own, ...derived.filter((one) => !/[[A-Z]/.test(one))]);
    throw invalidParameter(parameter, `${metric.name} has no measure ${name}${suggestion(near)}`, [
      ...own,
      ...derived,
    ]);
  }

  #measure(name: string): number {
    const at = this.measures.indexOf(name);
    return at >= 0 ? at : this.measures.push(name) - 1;
  }

  #derived(name: string, { measure, derived, argument }: NamedDerived, parameter: string): Cell {
    const { metric } = this.#asking;
    const { unit = '' } = metric.measures[measure] ?? {};
    const of: Ingredients = {
      measure: this.#measure(measure),
      unit,
      within: derived.takes === 'columns' ? this.#columns(argument, parameter) : [],
      periods: derived.takes === 'periods' ? periodsIn(name, argument, parameter) : 0,
      ...(derived.takes === 'divisor'
        ? this.#divisor(argument, parameter)
        : { divisor: { is: 'days' } as const, per: '' }),
    };
    refuseFalse({ ...this.#asking, name, measure, derived, within: of.within, parameter });
    return { name, unit: derived.unit(of), formula: derived.formula(of), measure, isDerived: true };
  }

  #columns(argument: string, parameter: string): string[] {
    if (argument === '') return [];
    const { rows, grain } = this.#asking;
    const names = rows.by.includes(argument) ? [argument] : argument.split(AND);
    return columnsWithin(names, rows.by, grain, parameter);
  }

  #divisor(argument: string, parameter: string): Pick<Ingredients, 'divisor' | 'per'> {
    const { metric, catalogue } = this.#asking;
    const own = metric.measures[argument];
    if (own) return { divisor: { is: 'now', measure: this.#measure(argument) }, per: own.unit };
    const [name = '', ...rest] = argument.split('.');
    const other = catalogue.byName.get(name);
    const known = [...Object.keys(metric.measures), ...catalogue.byName.keys()];
    if (!other) throw unknownDivisor(name, known, parameter);
    const measures = Object.keys(other.measures);
    const measure = rest.length > 0 ? rest.join('.') : (measures[0] as string);
    const found = other.measures[measure];
    if (!found)
      throw invalidParameter(
        parameter,
        `${other.name} has no measure ${measure}${suggestion(nearest(measure, measures))}`,
        measures,
      );
    const at = this.divisors.findIndex((one) => one.metric === other && one.measure === measure);
    const place = at >= 0 ? at : this.divisors.push({ metric: other, measure, parameter }) - 1;
    return { divisor: { is: 'divisor', place }, per: found.unit };
  }
}

function unknownDivisor(name: string, known: readonly string[], parameter: string): Problem {
  return invalidParameter(
    parameter,
    `${name} is no measure of this metric, and no other metric${suggestion(nearest(name, known))}`,
    known,
  );
}

/** Checks that rows have these columns. @throws Problem */
export function columnsWithin(
  names: readonly string[],
  by: readonly string[],
  grain: Grain | null,
  parameter: string,
): string[] {
  const known = [...by, ...(grain ? [TIMESTAMP] : [])];
  for (const name of names) {
    if (known.includes(name)) continue;
    throw invalidParameter(
      parameter,
      `Rows belong together by a dimension of by, or by timestamp if there is a grain. ${name} is neither${suggestion(nearest(name, known))}`,
      known,
    );
  }
  return [...names];
}

/** The longest moving average, in periods. */
const MAX_PERIODS = 366;

function periodsIn(name: string, argument: string, parameter: string): number {
  const periods = /^\d{1,4}$/.test(argument) ? Number(argument) : 0;
  if (periods >= 2 && periods <= MAX_PERIODS) return periods;
  throw invalidParameter(
    parameter,
    `${name} should end with the number of periods, such as 7.`,
    `2 to ${MAX_PERIODS}`,
  );
}

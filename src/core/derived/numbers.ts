import { DecimalSum, sumOfDecimals } from '../value/decimal-sum.ts';
import type { Ordinal } from '../time/time.ts';
import { TIMESTAMP, type Formula } from './formula.ts';

type Numbers = readonly (number | null)[];

/** A row with everything that formulas are made of. */
export interface Figures {
  /** One for each dimension that the rows are grouped by; undefined in a row of all others. */
  readonly values: readonly (string | undefined)[];
  readonly ordinal: Ordinal | undefined;
  readonly now: Numbers;
  readonly before: Numbers;
  readonly divisors: Numbers;
}

export interface Shape {
  readonly by: readonly string[];
  /** The length in days of a row's period, or of the range. */
  readonly days: (ordinal: Ordinal | undefined) => number;
}

/** The numbers of a formula, one for each row. @param rows all rows of the question */
export function numbersOf(formula: Formula, rows: readonly Figures[], shape: Shape): (number | null)[] {
  switch (formula.is) {
    case 'now':
    case 'before':
      return rows.map((row) => row[formula.is][formula.measure] ?? null);
    case 'divisor':
      return rows.map(({ divisors }) => divisors[formula.place] ?? null);
    case 'days':
      return rows.map(({ ordinal }) => shape.days(ordinal));
    case 'difference':
    case 'ratio': {
      const and = numbersOf(formula.and, rows, shape);
      return numbersOf(formula.of, rows, shape).map((of, i) => combined(formula.is, of, and[i] ?? null));
    }
    case 'total':
      return eachGroup(rows, placesOf(formula.within, shape), (group) => {
        const sum = sumOf(group.map(({ now }) => now[formula.measure] ?? null));
        return group.map(() => sum);
      });
    case 'rank':
      return eachGroup(rows, placesOf(formula.within, shape), (group) => ranks(group, formula.measure));
    case 'running sum':
      return eachGroup(rows, placesOf(shape.by, shape), (group) => runningSums(group, formula.measure));
    case 'moving average':
      return eachGroup(rows, placesOf(shape.by, shape), (group) => averages(group, formula));
  }
}

/**
 * The number of a formula in a row that is the sum of others. It has no rank, and no place in time.
 * @param totalOf gives a total that the row is a part of
 */
export function numberOfSum(
  formula: Formula,
  row: Figures,
  days: number,
  totalOf: (formula: Formula & { readonly is: 'total' }) => number | null,
): number | null {
  switch (formula.is) {
    case 'now':
    case 'before':
      return row[formula.is][formula.measure] ?? null;
    case 'divisor':
      return row.divisors[formula.place] ?? null;
    case 'days':
      return days;
    case 'difference':
    case 'ratio': {
      const [of, and] = [formula.of, formula.and].map((one) => numberOfSum(one, row, days, totalOf));
      return combined(formula.is, of ?? null, and ?? null);
    }
    case 'total':
      return totalOf(formula);
    case 'rank':
    case 'running sum':
    case 'moving average':
      return null;
  }
}

/** Combines two numbers; unknown if one is unknown, or in a ratio the second is 0. */
export function combined(how: 'difference' | 'ratio', of: number | null, and: number | null): number | null {
  if (of === null || and === null) return null;
  if (how === 'difference') return of - and;
  return and === 0 ? null : of / and;
}

/** The sum of numbers; unknown if one is unknown, or there is none. */
export function sumOf(numbers: Numbers): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length < numbers.length || known.length === 0 ? null : sumOfDecimals(known);
}

/** Reads a column of a row. */
type Read = (row: Figures) => string | number | undefined;

/** How the columns that a formula names are read. */
export function placesOf(columns: readonly string[], { by }: Pick<Shape, 'by'>): Read[] {
  return columns.map((name): Read => {
    if (name === TIMESTAMP) return ({ ordinal }) => ordinal;
    const place = by.indexOf(name);
    return ({ values }) => values[place];
  });
}

/** Computes a number for each row from the rows that are alike in some columns. */
function eachGroup(
  rows: readonly Figures[],
  columns: readonly Read[],
  compute: (group: readonly Figures[]) => (number | null)[],
): (number | null)[] {
  const found = new Array<number | null>(rows.length).fill(null);
  for (const places of groupedBy(rows, columns).values()) {
    const numbers = compute(places.map((i) => rows[i] as Figures));
    places.forEach((i, nth) => (found[i] = numbers[nth] ?? null));
  }
  return found;
}

/** The places of rows that are alike in some columns, in the order of the first of each. */
export function groupedBy(rows: readonly Figures[], columns: readonly Read[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = columns.map((read) => read(row)).join('\0');
    const known = groups.get(key);
    if (known) known.push(i);
    else groups.set(key, [i]);
  });
  return groups;
}

function ranks(group: readonly Figures[], measure: number): (number | null)[] {
  const numbers = group.map(({ now }) => now[measure] ?? null);
  const sorted = numbers.filter((number) => number !== null).toSorted((a, b) => b - a);
  const ranked = new Map<number, number>();
  sorted.forEach((number, i) => {
    if (!ranked.has(number)) ranked.set(number, i + 1);
  });
  return numbers.map((number) => (number === null ? null : (ranked.get(number) ?? null)));
}

/** The places of a group's rows in the order of time. */
function inTime(group: readonly Figures[]): number[] {
  return [...group.keys()].toSorted((a, b) => (group[a]?.ordinal ?? 0) - (group[b]?.ordinal ?? 0));
}

function runningSums(group: readonly Figures[], measure: number): (number | null)[] {
  const found = new Array<number | null>(group.length).fill(null);
  const sum = new DecimalSum();
  for (const i of inTime(group)) {
    const number = group[i]?.now[measure] ?? null;
    // What follows an unknown number is unknown, too.
    if (number === null) break;
    sum.add(number);
    found[i] = sum.value;
  }
  return found;
}

function averages(
  group: readonly Figures[],
  { measure, periods }: { readonly measure: number; readonly periods: number },
): (number | null)[] {
  const found = new Array<number | null>(group.length).fill(null);
  const places = inTime(group);
  const rows = places.map((i) => group[i] as Figures);
  rows.forEach(({ ordinal = 0 }, last) => {
    const first = rows[last - periods + 1];
    if (first?.ordinal !== ordinal - periods + 1) return;
    let sum: number | null = 0;
    for (let i = last - periods + 1; i <= last && sum !== null; i++) {
      const number: number | null = rows[i]?.now[measure] ?? null;
      sum = number === null ? null : sum + number;
    }
    found[places[last] as number] = sum === null ? null : sum / periods;
  });
  return found;
}

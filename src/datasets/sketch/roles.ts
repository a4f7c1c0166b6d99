import { isTotal } from '../forms/alike-values.ts';
import type { ColumnSketch } from './column.ts';
import type { TableSketch } from './table-sketch.ts';

/** What the columns of a table are, as far as their texts show it. */
export interface Roles {
  readonly date: ColumnSketch | undefined;
  readonly dimensions: readonly ColumnSketch[];
  readonly measures: readonly ColumnSketch[];
  /** Whether the columns of numbers are the values of one dimension. */
  readonly isWide: boolean;
  /** Columns that are left out, each with the reason. */
  readonly leftOut: readonly (readonly [ColumnSketch, string])[];
}

/** Names of columns of dates, in several languages. */
const DATE_NAME =
  /^(?:date|day|month|hour|time|timestamp|period|datum|tag|monat|stunde|zeit|jour|mois|heure|fecha|dia|día|mes|data|giorno|mese|dag|maand|periode)\b/i;

/** A column of texts with more values can't be a dimension. */
const MAX_VALUES = 2000;
/** A table with more columns of numbers has a column for each value of a dimension. */
const MAX_MEASURES = 20;

/** Returns what the columns of a table are. */
export function rolesOf({ sketches, records }: TableSketch): Roles {
  const dates = sketches.filter((column) => column.hasDates);
  const date = dates.find(({ name }) => DATE_NAME.test(name)) ?? dates[0];
  const leftOut: [ColumnSketch, string][] = [];
  const dimensions: ColumnSketch[] = [];
  const measures: ColumnSketch[] = [];
  for (const column of sketches) {
    if (column === date) continue;
    if (column.isEmpty) leftOut.push([column, 'it is empty']);
    else if (dates.includes(column)) leftOut.push([column, 'it has dates, too']);
    else if (column.hasNumbers) measures.push(column);
    else if (column.isOverfull || column.texts.length > MAX_VALUES)
      leftOut.push([column, 'it has too many different texts to be a dimension']);
    else if (records > 20 && column.texts.length === records)
      leftOut.push([column, 'each row has another text, so it is no dimension']);
    else dimensions.push(column);
  }
  const isWide =
    dimensions.length === 0 &&
    measures.length > 2 &&
    (measures.length > MAX_MEASURES || measures.some(({ name }) => isTotal(name)));
  return { date, dimensions, measures, isWide, leftOut };
}

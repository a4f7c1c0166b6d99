import { noRowsInWords } from '../core/question/no-rows.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { RATIO } from '../core/derived/derived-measures.ts';
import { aligned, widthsOf } from './aligned.ts';
import { cellsOf, columnsOf, noteOf, unitsOf } from './query.ts';
import type { RowStyle } from './row-style.ts';

/** An answer as a table for a terminal: numbers aligned right, the total below a line, then remarks on the answer. */
export function renderTable(answer: QueryAnswer, style: RowStyle = {}): string {
  const { plan, rows, total, cursor } = answer;
  const head = columnsOf(answer, style);
  const cells = [...rows, ...(total ? [total] : [])].map((row) => cellsOf(answer, row, style));
  const isNumber = head.map((_, i) => cells.every((row) => typeof row[i] !== 'string'));
  const units = unitsOf(plan) ?? {};
  const shares = head.map((name) => name.endsWith('_change') || units[name] === RATIO);
  const texts = cells.map((row) =>
    row.map((cell, i) => {
      if (cell === null) return '';
      if (typeof cell === 'string') return printable(cell);
      return shares[i] ? `${(cell * 100).toFixed(1)} %` : inFull(cell);
    }),
  );
  const [headings = '', ...body] = aligned([head, ...texts], (column) => isNumber[column] !== true);
  const rule = widthsOf([head, ...texts])
    .map((width) => '-'.repeat(width))
    .join('  ');
  if (total) body.splice(rows.length, 0, rule);
  const { query, route, cost, coverage, reason } = plan;
  const note = noteOf(plan);
  const loaded = coverage ? `loaded ${coverage.start} to ${coverage.end}` : `nothing is loaded (${reason})`;
  const about = [
    `${query.metric}, ${query.range.start} to ${query.range.end}; ${loaded}; ${cost} ${cost === 1 ? 'point' : 'points'}, ${route}.`,
    ...absenceInWords(answer),
    ...(note === undefined ? [] : [note]),
    ...(cursor === null ? [] : [`There are more rows: --cursor ${cursor}`]),
  ];
  return [headings, rule, ...body, '', ...about, ''].join('\n');
}

/** Sentences for a terminal that say why there are no rows, or which values have no rows. */
export function absenceInWords({ hint, noRows }: QueryAnswer): string[] {
  return [hint, noRowsInWords(noRows)].flatMap((one) => (one === undefined ? [] : [printable(one)]));
}

/** A number with all of its digits, so that only 0 is shown as 0. */
function inFull(number: number): string {
  return number !== 0 && Math.abs(number) < MIN_PLAIN_NUMBER
    ? String(number)
    : number.toLocaleString('en', { maximumSignificantDigits: DOUBLE_DIGITS });
}

/** Smaller numbers are written with an exponent, as in JSON: 1e-7. */
const MIN_PLAIN_NUMBER = 1e-6;
/** The maximum number of significant digits of a double. */
const DOUBLE_DIGITS = 17;

/** Replaces control characters, which a terminal would obey. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}

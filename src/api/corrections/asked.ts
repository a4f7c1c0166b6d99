import { type Catalogue, metricIn } from '../../core/metric/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { tableOf } from '../../core/metric/metric-table.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { CAUSES, type Cause } from '../../core/time/history.ts';
import { DAY_MS, parseTimestamp } from '../../core/time/time.ts';
import { limitOf } from '../../core/question/limit.ts';
import { named } from '../../core/value/named.ts';
import { nearest, suggestion } from '../../core/value/nearest.ts';

export const DEFAULT_ENTRIES = 100;
export const MAX_ENTRIES = 1000;

/** The formats of `/corrections`. */
export const CORRECTION_FORMATS = ['json', 'atom'] as const;

/** The parameters that every request may have, besides the dimensions of scopes. */
export const PARAMETERS = [
  'metric',
  'why',
  'start',
  'end',
  'since',
  'until',
  'limit',
  'cursor',
  'format',
] as const;
type Parameter = (typeof PARAMETERS)[number];

/** Which corrections are asked for. */
export interface CorrectionsAsked {
  readonly metrics: readonly Metric[];
  readonly why: readonly Cause[];
  /** Only corrections that touch these times, in ms since 1970; `until` is excluded. */
  readonly periods: { readonly from: number; readonly until: number };
  /** Only corrections that were made in this time. */
  readonly made: { readonly from: number; readonly until: number };
  /** Only corrections with one of these values of a scope's dimension. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly limit: number;
  /** Only entries after this one, in the order of the list. */
  readonly after: { readonly at: number; readonly id: string } | undefined;
  readonly format: (typeof CORRECTION_FORMATS)[number] | undefined;
  /** The parameters as given, without the cursor. */
  readonly given: readonly (readonly [string, string])[];
}

/** Reads the parameters of `/corrections`. @throws Problem that names the wrong one */
export function correctionsAsked(query: URLSearchParams, catalogue: Catalogue): CorrectionsAsked {
  const scopes = [...new Set(catalogue.metrics.flatMap(({ scope }) => scope))];
  const allowed = [...PARAMETERS, ...scopes];
  const texts: { [Name in Parameter]?: string } = {};
  const where = named<readonly string[]>();
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (seen.has(name)) throw invalidParameter(name, `${name} is given twice.`);
    seen.add(name);
    const parameter = PARAMETERS.find((known) => known === name);
    if (parameter) texts[parameter] = value;
    else if (scopes.includes(name)) where[name] = value.split('|').filter((one) => one !== '');
    else
      throw new Problem(
        'unknown-parameter',
        `There is no query parameter ${name}${suggestion(nearest(name, allowed))}`,
        { parameter: name, allowed },
      );
  }
  // Forms send empty fields.
  const names = texts.metric === '' ? undefined : texts.metric?.split('|');
  return {
    metrics: names ? names.map((name) => metricIn(catalogue, name, 'metric')) : oneOfEachTable(catalogue),
    why: texts.why === undefined ? CAUSES : texts.why.split('|').map(causeNamed),
    periods: spanOf(texts, 'start', 'end', true),
    made: spanOf(texts, 'since', 'until', false),
    where: normalised(where, catalogue),
    limit: limitOf(texts.limit ?? DEFAULT_ENTRIES, MAX_ENTRIES),
    after: texts.cursor === undefined ? undefined : cursorRead(texts.cursor),
    format: texts.format === undefined ? undefined : formatNamed(texts.format),
    given: [...query].filter(([name]) => name !== 'cursor'),
  };
}

/** One metric of each table: a correction of a table isn't listed twice. */
function oneOfEachTable({ metrics }: Catalogue): Metric[] {
  const byTable = new Map<string, Metric>();
  for (const metric of metrics) {
    const { name } = tableOf(metric);
    if (!byTable.has(name)) byTable.set(name, metric);
  }
  return [...byTable.values()];
}

function causeNamed(name: string): Cause {
  const cause = CAUSES.find((known) => known === name);
  if (cause) return cause;
  throw invalidParameter('why', `There is no such reason${suggestion(nearest(name, CAUSES))}`, CAUSES);
}

function formatNamed(name: string): (typeof CORRECTION_FORMATS)[number] {
  const format = CORRECTION_FORMATS.find((known) => known === name);
  if (format) return format;
  throw invalidParameter('format', 'format should be json or atom.', CORRECTION_FORMATS);
}

const DATES = 'a date such as 2026-11-29, a month such as 2026-11, or a time such as 2026-11-29T14:30:00Z';

/** @param whole whether the end names a day or month that is included as a whole */
function spanOf(
  texts: { readonly [Name in Parameter]?: string },
  start: Parameter,
  end: Parameter,
  whole: boolean,
): { from: number; until: number } {
  const [first, last] = [texts[start], texts[end]];
  return {
    from: first === undefined ? -Infinity : timeOf(first, start)[0],
    until: last === undefined ? Infinity : timeOf(last, end)[whole ? 1 : 0],
  };
}

/** The start of a date or time, and the end of the period that it names. */
function timeOf(text: string, parameter: string): [from: number, until: number] {
  const month = /^(\d{4})-(\d\d)$/.exec(text);
  if (month) {
    const [year, number] = [Number(month[1]), Number(month[2])];
    if (number >= 1 && number <= 12) return [Date.UTC(year, number - 1), Date.UTC(year, number)];
  }
  const date = parseTimestamp(text);
  if (date !== undefined) return [date, date + (/T|^\d{10}$/.test(text) ? 3_600_000 : DAY_MS)];
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return [ms, ms];
  throw invalidParameter(parameter, `${parameter} should be a date or a time.`, DATES);
}

function normalised(
  where: Readonly<Record<string, readonly string[]>>,
  { metrics }: Catalogue,
): Record<string, readonly string[]> {
  const dimensions = metrics.flatMap((metric) => metric.dimensions);
  return named(
    Object.entries(where).map(([name, values]) => {
      const dimension = dimensions.find((one) => one.name === name);
      return [name, values.map((value) => dimension?.normalise(value) ?? value)];
    }),
  );
}

/** The cursor after an entry. */
export function cursorAfter({ at, id }: { readonly at: string; readonly id: string }): string {
  return Buffer.from(`${Date.parse(at)} ${id}`).toString('base64url');
}

function cursorRead(text: string): { at: number; id: string } {
  const [, at, id] = /^(\d+) (.+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined)
    throw invalidParameter('cursor', 'This is not a cursor of an earlier page.');
  return { at: Number(at), id };
}

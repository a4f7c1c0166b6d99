import { nearest, suggestion } from '../value/nearest.ts';
import { invalidParameter, Problem } from '../problem.ts';
import { limitOf } from './limit.ts';
import { DEFAULT_ROWS, MAX_ROWS } from './query.ts';
import type { ConditionText, DateRange, Earlier, RowsQuestion } from './question.ts';
import { unknownMember } from './unknown-member.ts';
import { named } from '../value/named.ts';

/** The members of a /query question. */
export const MEMBERS = [
  'metric',
  'where',
  'by',
  'grain',
  'range',
  'measures',
  'order',
  'limit',
  'cursor',
  'total',
  'compare',
  'having',
  'top',
  'within',
  'others',
  'fill',
  'dryRun',
  'asOf',
  'live',
] as const;

/** The maximum number of values in one list of a question. */
const MAX_LISTED = 1000;

/**
 * Reads a /query question from parsed JSON. Only its shape is checked.
 * @param dimensions the dimensions of a metric, for messages on unknown members
 * @throws Problem whose `parameter` is the path of the wrong member: `where.access`, `order[0].by`
 */
export function readQuery(json: unknown, dimensions: (metric: unknown) => readonly string[]): RowsQuestion {
  if (!isObject(json)) throw invalidParameter('query', 'A question should be a JSON object.', [...MEMBERS]);
  for (const name of Object.keys(json))
    if (!MEMBERS.some((known) => known === name))
      throw unknownMember(name, MEMBERS, dimensions(json.metric), 'json');
  if (json.metric === undefined) throw invalidParameter('metric', 'The question names no metric.');
  if (json.range === undefined || json.range === null)
    throw invalidParameter('range', 'The question has no range.', RANGES);
  return {
    metric: text(json.metric, 'metric'),
    where: whereOf(json.where ?? {}),
    period: { granularity: optional(json.grain, 'grain', text), ...rangeOf(json.range, 'range') },
    options: {
      fill: optional(json.fill, 'fill', text),
      asOf: optional(json.asOf, 'asOf', text),
      live: liveOf(json.live),
    },
    rows: {
      by: listed(json.by ?? [], 'by'),
      measures: optional(json.measures, 'measures', listed),
      order: optional(json.order, 'order', orderOf),
      limit: limitOf(json.limit ?? DEFAULT_ROWS, MAX_ROWS),
      cursor: optional(json.cursor, 'cursor', text),
      total: flag(json.total, 'total'),
      compare: optional(json.compare, 'compare', compareOf),
      having: optional(json.having, 'having', listed),
      top: optional(json.top, 'top', (value) => limitOf(value, MAX_ROWS, 'top')),
      within: optional(json.within, 'within', listed),
      others: flag(json.others, 'others'),
      dryRun: flag(json.dryRun, 'dryRun'),
    },
  };
}

/** The words for an earlier range. */
const EARLIER: readonly Earlier[] = ['previous', 'previous_year'];
/** The end of a range such as `-30d`: today, but only its closed hours. */
const SO_FAR = '-0d';
/** The words that may stand for a date. */
export const DATE_WORDS: readonly string[] = ['now', 'latest'];

export const RANGES =
  'START..END, [START, END], {start, end} or one date; dates are 2024, 2024-03, 2024-03-01, 2024-03-01T05, a time before now such as -30d (h, d, w, m, y), now or latest';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function knownOnly(object: Json, known: readonly string[], prefix: string): void {
  const name = Object.keys(object).find((one) => !known.includes(one));
  if (name === undefined) return;
  const parameter = prefix + name;
  const detail = `There is no ${parameter}${suggestion(nearest(name, known))}`;
  throw new Problem('unknown-parameter', detail, { parameter, allowed: known });
}

/** Reads a member; undefined if it is missing or null. */
function optional<T>(value: unknown, path: string, read: (value: unknown, path: string) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value, path);
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalidParameter(path, `${path} should be a text${quoted(value)}`);
}

/** The end of a message on a value that should be a text. For a number, such as a year, it shows the quotes. */
function quoted(value: unknown): string {
  return typeof value === 'number' ? `: write "${value}".` : '.';
}

function flag(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalidParameter(path, `${path} should be true or false.`, ['true', 'false']);
}

/** Reads the option `live` as in a URL. */
function liveOf(value: unknown): string | undefined {
  return flag(value, 'live') ? 'true' : undefined;
}

/** Reads a text or a list of texts; duplicates are dropped. */
function listed(value: unknown, path: string): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw invalidParameter(path, `${path} should be a text or a list of texts.`);
  if (value.length > MAX_LISTED)
    throw invalidParameter(path, `${path} has more than ${MAX_LISTED} values.`, `at most ${MAX_LISTED}`);
  return [...new Set(value.map((one, i) => text(one, `${path}[${i}]`)))];
}

function whereOf(value: unknown): Record<string, ConditionText> {
  if (!isObject(value)) throw invalidParameter('where', 'where should be an object: {"DIMENSION": "VALUE"}.');
  return named(
    Object.entries(value).map(([name, condition]) => [name, conditionOf(condition, `where.${name}`)]),
  );
}

function conditionOf(value: unknown, path: string): ConditionText {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidParameter(path, `${path} is an empty list.`);
    return listed(value, path);
  }
  const allowed = 'a value, a list of values, {"prefix": TEXT} or {"not": VALUE or a list}';
  if (!isObject(value)) throw invalidParameter(path, `${path} is not a condition.`, allowed);
  knownOnly(value, ['prefix', 'not'], `${path}.`);
  if ('prefix' in value && 'not' in value)
    throw invalidParameter(path, `${path} may have prefix or not, but has both.`, allowed);
  if ('prefix' in value) {
    const prefix = text(value.prefix, `${path}.prefix`);
    if (prefix === '')
      throw invalidParameter(`${path}.prefix`, 'A prefix should have at least one character.');
    return { prefix };
  }
  if (!('not' in value)) throw invalidParameter(path, `${path} is not a condition.`, allowed);
  return { not: listed(value.not, `${path}.not`) };
}

function rangeOf(value: unknown, path: string): DateRange {
  if (typeof value === 'string') {
    const parts = value.split('..');
    if (parts.length > 2) throw invalidParameter(path, `${path} has more than two ends.`, RANGES);
    const [start, end] = parts as [string, string?];
    return { start, end: end ?? (start.startsWith('-') ? SO_FAR : start) };
  }
  if (Array.isArray(value)) {
    if (value.length !== 2) throw invalidParameter(path, `${path} should have a start and an end.`, RANGES);
    return { start: text(value[0], `${path}[0]`), end: text(value[1], `${path}[1]`) };
  }
  if (!isObject(value))
    throw invalidParameter(path, `${path} should be a text, a list or an object${quoted(value)}`, RANGES);
  knownOnly(value, ['start', 'end'], `${path}.`);
  return { start: text(value.start, `${path}.start`), end: text(value.end ?? 'latest', `${path}.end`) };
}

function compareOf(value: unknown, path: string): DateRange | Earlier {
  const word = EARLIER.find((known) => known === value);
  if (word) return word;
  // A word that stands for no date is a misspelt one of these.
  if (typeof value === 'string' && /^[a-z_]+$/i.test(value) && !DATE_WORDS.includes(value)) {
    const near = nearest(value, EARLIER) ?? EARLIER.find((known) => known.startsWith(value.toLowerCase()));
    throw invalidParameter(
      path,
      `${path} should be ${EARLIER.join(', ')} or a range${suggestion(near)}`,
      `${EARLIER.join(', ')}, ${RANGES}`,
    );
  }
  return rangeOf(value, path);
}

function orderOf(value: unknown): { by: string; direction: 'asc' | 'desc' }[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one, i) => {
    const path = Array.isArray(value) ? `order[${i}]` : 'order';
    if (typeof one === 'string')
      return one.startsWith('-') ? { by: one.slice(1), direction: 'desc' } : { by: one, direction: 'asc' };
    if (!isObject(one))
      throw invalidParameter(
        path,
        `${path} should be a name ("-" before it for descending order) or {by, direction}.`,
      );
    knownOnly(one, ['by', 'direction'], `${path}.`);
    const direction = one.direction ?? 'asc';
    if (direction !== 'asc' && direction !== 'desc')
      throw invalidParameter(`${path}.direction`, `${path}.direction should be asc or desc.`, [
        'asc',
        'desc',
      ]);
    return { by: text(one.by, `${path}.by`), direction };
  });
}

import { wholeNumber } from '../value/exact-number.ts';
import { nearest, suggestion } from '../value/nearest.ts';
import { invalidParameter, Problem } from '../problem.ts';
import { DEFAULT_ROWS, MAX_ROWS } from './query.ts';
import type { ConditionText, DateRange, RowsQuestion } from './question.ts';
import { unknownMember } from './unknown-member.ts';
import { named } from '../value/named.ts';

/** What a question as JSON may have. */
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
  'fill',
  'dryRun',
] as const;

/** The most values and conditions that a question may list in one place. */
const MAX_LISTED = 1000;

/**
 * Reads a question's shape: what came as JSON, whoever sent it.
 * @param dimensions what a metric's conditions can be on, for sentences on what is no member
 * @throws Problem whose `parameter` is the path of what is wrong: `where.access`, `order[0].by`
 */
export function readQuery(json: unknown, dimensions: (metric: unknown) => readonly string[]): RowsQuestion {
  if (!isObject(json)) throw invalidParameter('query', 'A question is a JSON object.', [...MEMBERS]);
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
    options: { fill: optional(json.fill, 'fill', text) },
    rows: {
      by: listed(json.by ?? [], 'by'),
      measures: optional(json.measures, 'measures', listed),
      order: optional(json.order, 'order', orderOf),
      limit: limitOf(json.limit ?? DEFAULT_ROWS),
      cursor: optional(json.cursor, 'cursor', text),
      total: flag(json.total, 'total'),
      compare: optional(json.compare, 'compare', compareOf),
      dryRun: flag(json.dryRun, 'dryRun'),
    },
  };
}

/** The periods before the range, which have no dates of their own. */
const PREVIOUS = 'previous';
/** The words that a date can be. */
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

/** What a member says; undefined where it isn't there, or null. */
function optional<T>(value: unknown, path: string, read: (value: unknown, path: string) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value, path);
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalidParameter(path, `${path} should be a text${quoted(value)}`);
}

/** How a sentence ends on what should be a text: a number, such as a year, lacks its quotes only. */
function quoted(value: unknown): string {
  return typeof value === 'number' ? `: write "${value}".` : '.';
}

function flag(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalidParameter(path, `${path} should be true or false.`, ['true', 'false']);
}

/** A text, or a list of them; each once. */
function listed(value: unknown, path: string): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw invalidParameter(path, `${path} should be a text or a list of texts.`);
  if (value.length > MAX_LISTED)
    throw invalidParameter(path, `${path} lists more than ${MAX_LISTED}.`, `at most ${MAX_LISTED}`);
  return [...new Set(value.map((one, i) => text(one, `${path}[${i}]`)))];
}

function whereOf(value: unknown): Record<string, ConditionText> {
  if (!isObject(value))
    throw invalidParameter('where', 'where should be an object: {"project": "en.wikipedia"}.');
  return named(
    Object.entries(value).map(([name, condition]) => [name, conditionOf(condition, `where.${name}`)]),
  );
}

function conditionOf(value: unknown, path: string): ConditionText {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidParameter(path, `${path} lists no value.`);
    return listed(value, path);
  }
  const allowed = 'a value, a list of values, {"prefix": TEXT} or {"not": VALUE or a list}';
  if (!isObject(value)) throw invalidParameter(path, `${path} is no condition.`, allowed);
  knownOnly(value, ['prefix', 'not'], `${path}.`);
  if ('prefix' in value && 'not' in value)
    throw invalidParameter(path, `${path} has both a prefix and not.`, allowed);
  if ('prefix' in value) {
    const prefix = text(value.prefix, `${path}.prefix`);
    if (prefix === '') throw invalidParameter(`${path}.prefix`, 'A prefix has a letter at least.');
    return { prefix };
  }
  if (!('not' in value)) throw invalidParameter(path, `${path} is no condition.`, allowed);
  return { not: listed(value.not, `${path}.not`) };
}

function rangeOf(value: unknown, path: string): DateRange {
  if (typeof value === 'string') {
    const parts = value.split('..');
    if (parts.length > 2) throw invalidParameter(path, `${path} has more than two ends.`, RANGES);
    const [start, end] = parts as [string, string?];
    return { start, end: end ?? (start.startsWith('-') ? 'now' : start) };
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

/** What has no digit and is none of the words for a date was meant as the one word that there is. */
function compareOf(value: unknown, path: string): DateRange | 'previous' {
  if (value === PREVIOUS) return value;
  if (typeof value === 'string' && /^[a-z]+$/i.test(value) && !DATE_WORDS.includes(value))
    throw invalidParameter(
      path,
      `${path} should be ${PREVIOUS} or a range${suggestion(nearest(value, [PREVIOUS]))}`,
      `${PREVIOUS}, ${RANGES}`,
    );
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
        `${path} should be a name, "-" before it for descending, or {by, direction}.`,
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

/** A text is read as a URL has it, wherever it stands. */
function limitOf(value: unknown): number {
  const limit = typeof value === 'string' ? wholeNumber(value) : value;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= MAX_ROWS) return limit;
  throw invalidParameter(
    'limit',
    `limit should be a whole number from 1 to ${MAX_ROWS}.`,
    `1 to ${MAX_ROWS}`,
  );
}

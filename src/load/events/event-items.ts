import { MAX_TEXT_BYTES } from '../../core/metric/dimension.ts';
import {
  EDITOR_TYPES,
  ENTITIES,
  EDIT_EVENTS,
  EVENT_TEXTS,
  type EventTexts,
  EVENTS_GRAIN,
  PAGE_TYPES,
} from '../../core/metric/edit-events.ts';
import { WrittenNumber } from '../../core/value/exact-json.ts';
import { FieldError, excerptOf } from '../bad-row.ts';
import type { ItemReader } from '../item-reader.ts';
import type { RowsBuilder } from '../rows-builder.ts';
import { readNumber } from '../numbers.ts';
import { type Item, Memo, missing, refuseOthers } from '../values.ts';
import { hourAt, timeOf } from './event-time.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** The fields that have a fixed set of values. */
const CLOSED: Readonly<Partial<Record<keyof EventTexts, readonly string[]>>> = {
  entity: ENTITIES,
  event: ['create'],
  editor_type: EDITOR_TYPES,
  page_type: PAGE_TYPES,
  deleted: ['true', 'false'],
  redirect: ['true', 'false'],
  self_created: ['true', 'false'],
};

/** The defaults of texts that a file leaves out. */
const DEFAULTS: Readonly<Partial<EventTexts>> = {
  event: 'create',
  user_text: '',
  page_title: '',
  deleted: 'false',
  redirect: 'false',
  self_created: 'false',
};

const REQUIRED = ['project', 'event_id', 'entity', 'editor_type', 'page_type', 'timestamp'];
const MEASURE = 'bytes_diff';

/** Reads items with the columns of the events table: docs/events.md. */
export class EventItems implements ItemReader {
  readonly columns = {
    required: REQUIRED,
    allowed: new Set<string>([...EVENT_TEXTS, 'timestamp', MEASURE]),
  };
  readonly #pseudonyms: Pseudonyms;
  readonly #hours = new Memo<number>();

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  append(item: Item, rows: RowsBuilder): void {
    const texts = EVENT_TEXTS.map((name) => textOf(item, name));
    const hour = this.#hourOf(item);
    const bytes = bytesOf(item[MEASURE], texts[ENTITY] === 'revision');
    refuseOthers(item, 0, this.columns.allowed, EDIT_EVENTS.name);
    const [project] = texts as [string];
    texts[USER] = this.#pseudonyms.stored(texts[EDITOR] as string, project, hour, texts[USER] as string);
    for (let i = 0; i < texts.length; i++) rows.dimensions[i]!.push(texts[i] as string);
    rows.grains.push(EVENTS_GRAIN);
    rows.ordinals.push(hour);
    rows.measures[0]!.push(bytes);
  }

  #hourOf(item: Item): number {
    const value = item.timestamp;
    if (value === undefined) throw missing('timestamp');
    const text = typeof value === 'string' ? value : '';
    const known = this.#hours.get(text);
    if (known !== undefined) return known;
    return this.#hours.set(text, hourAt(timeOf(value)));
  }
}

const ENTITY = EVENT_TEXTS.indexOf('entity');
const USER = EVENT_TEXTS.indexOf('user_text');
const EDITOR = EVENT_TEXTS.indexOf('editor_type');

function textOf(item: Item, name: keyof EventTexts): string {
  const value = item[name] ?? DEFAULTS[name];
  if (value === undefined) throw missing(name);
  const text =
    typeof value === 'boolean' || typeof value === 'number' || value instanceof WrittenNumber
      ? String(value)
      : value;
  if (typeof text !== 'string') throw new FieldError(name, `${excerptOf(value)} is not a text`);
  const allowed = CLOSED[name];
  if (allowed) {
    if (!allowed.includes(text))
      throw new FieldError(name, `${excerptOf(value)} must be one of ${allowed.join(', ')}`);
    return text;
  }
  if (name === 'project' && !isProject(text))
    throw new FieldError(name, `${excerptOf(value)} is not a project like en.wikipedia`);
  if (name === 'event_id' && text === '') throw missing(name);
  return checkedText(name, text);
}

/** Whether a text can name a project. */
export function isProject(text: string): boolean {
  return /^[a-z0-9_.-]+$/.test(text) && !text.startsWith('all-');
}

/** Checks that the table can hold a text. @throws FieldError */
export function checkedText(name: string, text: string): string {
  if (text.includes('\0') || text.startsWith('\x01')) throw new FieldError(name, 'has a control character');
  if (text.length * 3 > MAX_TEXT_BYTES && Buffer.byteLength(text) > MAX_TEXT_BYTES)
    throw new FieldError(name, `is longer than ${MAX_TEXT_BYTES} bytes`);
  return text;
}

/** Returns the bytes added; NaN if a revision doesn't say. Other events add nothing. */
function bytesOf(value: unknown, isRevision: boolean): number {
  if (value === undefined || value === null || value === '') return isRevision ? NaN : 0;
  const number = readNumber('difference', value);
  if (number !== undefined) return number;
  throw new FieldError(MEASURE, `${excerptOf(value)} is not a whole number`);
}

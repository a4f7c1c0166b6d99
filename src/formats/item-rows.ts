import {
  PRESENCE,
  seriesInOrder,
  seriesTogether,
  type Answer,
  type Entries,
  type Open,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/question/answer.ts';
import { isOpen, type QueryAnswer } from '../core/question/query-answer.ts';
import type { Ordinal } from '../core/time/time.ts';
import { ByteWriter } from './byte-writer.ts';
import { NESTED_END, nestedOpening, topItem } from './json.ts';
import { templateOf, writeRows } from './json-rows.ts';
import { openMembers } from './open-rows.ts';
import { objects } from './query.ts';
import type { RowStyle } from './row-style.ts';

/** One row of an answer by itself, for those who follow an answer row by row. */
export interface ItemRow {
  /** Which row it is: the same row of a later answer has the same key. */
  readonly key: string;
  /** The row as an item of the JSON answer, without line ends and without what an open row says beside its fields. */
  readonly item: string;
  /** The row's period; undefined if it is over the whole range. */
  readonly ordinal: Ordinal | undefined;
  /** Whether its period is still under way. */
  readonly isOpen: boolean;
  /** How many characters of the item follow the place where an open row says so. */
  readonly tail: number;
}

/** A row as an item of the JSON answer, and how an open one says that it is provisional. */
export function itemText({ item, isOpen, tail }: ItemRow, open: Open | undefined): string {
  if (!isOpen) return item;
  const place = item.length - tail;
  return item.slice(0, place) + openMembers(open) + item.slice(place);
}

/**
 * The rows of an answer to a path, in the order of its JSON. A row that lies in the list of an item (the edit
 * families, ranked lists) becomes such an item with this row alone, so every item is small.
 */
export function itemRows({ open, ...answer }: Answer, style: RowStyle): ItemRow[] {
  return answer.kind === 'top'
    ? entriesOf(answer, style, open !== undefined)
    : rowsOfSeries(answer, style, open?.from ?? Infinity);
}

/** The rows of an answer to /query, without its total. */
export function queryItemRows(answer: QueryAnswer, style: RowStyle): ItemRow[] {
  const { open: _open, ...closed } = answer;
  const object = objects(closed, style);
  return answer.rows.map((row) => ({
    key: keyOf(row.values, row.ordinal),
    item: object(row),
    ordinal: row.ordinal,
    isOpen: isOpen(answer, row),
    tail: 1,
  }));
}

/** @param openFrom the first period that is open */
function rowsOfSeries(answer: SeriesAnswer, style: RowStyle, openFrom: Ordinal): ItemRow[] {
  const { metric } = answer;
  const isNested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
  const isOne = isNested || answer.series.length === seriesTogether(metric);
  const template = templateOf(metric, isOne, style);
  const rows: ItemRow[] = [];
  for (const series of seriesInOrder(answer)) {
    if (!series.presence.some((there) => there !== PRESENCE.absent)) continue;
    const [opening, end] = isNested ? [nestedOpening(answer, series, style), NESTED_END] : ['', ''];
    const out = new ByteWriter();
    writeRows(answer, series, template, style, '\n', out);
    const lines = out.finish().toString().split('\n');
    let line = 0;
    series.presence.forEach((there, i) => {
      if (there === PRESENCE.absent) return;
      const ordinal = series.first + i;
      const item = `${opening}${lines[line++]}${end}`;
      const key = keyOf(series.values, ordinal);
      rows.push({ key, item, ordinal, isOpen: ordinal >= openFrom, tail: 1 + end.length });
    });
  }
  return rows;
}

/**
 * The entries of ranked lists. An entry's key is its place, because a place always has one entry. The item says it, since
 * entries with the same number have the same rank.
 */
function entriesOf(answer: TopAnswer, style: RowStyle, isOpen: boolean): ItemRow[] {
  const { ordinal } = answer;
  return answer.lists.flatMap((list) =>
    Array.from({ length: list.entries.length }, (_, i): ItemRow => {
      const alone = topItem(answer, { ...list, entries: entryAlone(list.entries, i) }, style, '');
      const item = `${alone.slice(0, -1)},"place":${i + 1}}`;
      return { key: keyOf([...list.values, String(i)], ordinal), item, ordinal, isOpen, tail: 1 };
    }),
  );
}

function entryAlone(entries: Entries, i: number): Entries {
  return {
    length: 1,
    dimensions: entries.dimensions.map((column) => [column[i] as string]),
    ranks: [entries.ranks[i] as number],
    measures: entries.measures.map((column) => [column[i] as number]),
  };
}

/** No value contains a NUL, so keys are unambiguous. */
function keyOf(values: readonly (string | undefined)[], ordinal: Ordinal | undefined): string {
  return `${values.join('\0')}\0${ordinal ?? ''}`;
}

import { PRESENCE, type Answer, type Series, type SeriesAnswer } from '../core/question/answer.ts';
import { dimensionIndex, type Metric } from '../core/metric/metric.ts';
import { itemFields, timestampName } from '../core/metric/item-fields.ts';
import { namedBy, valueNameOf, withNames } from '../core/metric/value-names.ts';
import type { ByteWriter } from './byte-writer.ts';
import { openMembers } from './open-rows.ts';
import { timeTextOf, type RowStyle } from './row-style.ts';
import { timestampBytesOf } from './timestamps.ts';

/** The expected size of an answer in bytes. @param rowBytes the expected size of a row */
export function bytesFor(answer: Answer, rowBytes: number): number {
  if (answer.kind === 'top') return 1024;
  return answer.series.reduce((sum, { presence }) => sum + rowBytes * presence.length, 1024);
}

/** If items nest their rows: whether a field belongs to the rows, not to the item. */
export function isInRow(metric: Metric, field: string): boolean {
  return field === 'timestamp' || Object.hasOwn(metric.measures, field);
}

/**
 * A metric's row as JSON with gaps: `{"project":` … `,"timestamp":"` … `"}`. There is one more text than
 * there are gaps.
 */
export interface Template {
  readonly texts: readonly string[];
  /** What fills each gap: `timestamp`, the index of a measure, or a field that is the same in all rows. */
  readonly gaps: readonly (string | number)[];
}

const templates = [new WeakMap<Metric, Template>(), new WeakMap<Metric, Template>()] as const;

/** The template of a metric's rows. @param isOne whether one series was asked for */
export function templateOf(metric: Metric, isOne: boolean, { names }: RowStyle): Template {
  const fields = (): string[] => itemFields(metric, isOne);
  if (names) return templateWith(metric, withNames(fields(), names));
  const known = templates[isOne ? 1 : 0];
  let template = known.get(metric);
  if (!template) known.set(metric, (template = templateWith(metric, fields())));
  return template;
}

function templateWith(metric: Metric, all: readonly string[]): Template {
  const nested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
  const fields = all.filter((field) => !nested || isInRow(metric, field));
  const names = Object.keys(metric.measures);
  const texts = fields.map((field, i) => {
    const name = field === 'timestamp' ? timestampName(metric) : field;
    const open = `${i > 0 ? (fields[i - 1] === 'timestamp' ? '",' : ',') : '{'}${JSON.stringify(name)}:`;
    return field === 'timestamp' ? `${open}"` : open;
  });
  texts.push(fields.at(-1) === 'timestamp' ? '"}' : '}');
  const gaps = fields.map((field) => (names.includes(field) ? names.indexOf(field) : field));
  return { texts, gaps };
}

/** The part of a row before a number. It is the same in all rows, except for the timestamp in it. */
interface Piece {
  readonly bytes: Buffer;
  /** The offset of the timestamp in the bytes; undefined if they have none. */
  readonly timestampAt: number | undefined;
  /** The numbers that follow, one for each row. */
  readonly column: Float64Array | undefined;
}

/**
 * Writes the rows of a series as JSON objects. Their constant parts are made once; for each row only the
 * timestamp and the measures are filled in.
 */
export function writeRows(
  answer: SeriesAnswer,
  series: Series,
  template: Template,
  style: RowStyle,
  separator: string,
  out: ByteWriter,
): void {
  const timestamps = timestampBytesOf(timeTextOf(answer.metric, style), answer.grain);
  const { width } = timestamps;
  const { presence, first } = series;
  const { pieces, end } = piecesOf(answer, series, template, width);
  const [head] = pieces as [Piece];
  const ending = (text: string) => ({ end: text, next: after(head, text + separator) });
  const closed = ending(end);
  // Every row ends with a brace.
  const open = answer.open ? ending(`${end.slice(0, -1)}${openMembers(answer.open)}}`) : closed;
  const openAt = (answer.open?.from ?? Infinity) - first;
  let start = head;
  let last = closed;
  for (let i = 0; i < presence.length; i++) {
    const there = presence[i];
    if (there === PRESENCE.absent) continue;
    for (let p = 0; p < pieces.length; p++) {
      const { bytes, timestampAt, column } = p === 0 ? start : pieces[p]!;
      if (timestampAt === undefined) out.bytes(bytes);
      else {
        const ordinal = first + i;
        out.bytesWith(bytes, timestampAt, timestamps.blockOf(ordinal), timestamps.placeOf(ordinal), width);
      }
      if (column === undefined) continue;
      const number = column[i] as number;
      if (there === PRESENCE.nulls || Number.isNaN(number)) out.text('null');
      else out.number(number);
    }
    last = i < openAt ? closed : open;
    start = last.next;
  }
  out.text(last.end);
}

/** The first piece of a row with the end of the row before it and the separator: they are written at once. */
function after(head: Piece, text: string): Piece {
  const before = Buffer.from(text);
  return {
    ...head,
    bytes: Buffer.concat([before, head.bytes]),
    timestampAt: head.timestampAt === undefined ? undefined : before.length + head.timestampAt,
  };
}

/** Fills the constant fields into a template. @param timestampBytes the length of every timestamp */
function piecesOf(
  answer: SeriesAnswer,
  series: Series,
  { texts, gaps }: Template,
  timestampBytes: number,
): { pieces: Piece[]; end: string } {
  const pieces: Piece[] = [];
  let text = texts[0] as string;
  let timestampAt: number | undefined;
  const finish = (column: Float64Array | undefined): void => {
    pieces.push({ bytes: Buffer.from(text), timestampAt, column });
    text = '';
    timestampAt = undefined;
  };
  gaps.forEach((gap, i) => {
    if (typeof gap === 'number') {
      finish(series.measures[gap]);
    } else if (gap === 'timestamp') {
      timestampAt = Buffer.byteLength(text);
      text += ' '.repeat(timestampBytes);
    } else {
      text += JSON.stringify(constantOf(answer, series, gap));
    }
    text += texts[i + 1] as string;
  });
  if (timestampAt !== undefined) finish(undefined);
  return { pieces, end: text };
}

/** The value of a field that is the same in all rows of a series. */
export function constantOf({ metric, grain }: SeriesAnswer, series: Series, field: string): string | null {
  return field === 'granularity' ? grain : valueOf(metric, series.values, field);
}

/** The value that a dimension's field shows, or the value's name if it is a name field. */
export function valueOf(metric: Metric, values: readonly string[], field: string): string | null {
  const named = namedBy(metric, field);
  const value = values[dimensionIndex(metric, named?.name ?? field)] as string;
  return named ? valueNameOf(named, value) : value;
}

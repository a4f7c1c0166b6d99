import {
  PRESENCE,
  seriesInOrder,
  seriesTogether,
  type Answer,
  type Entries,
  type RankedList,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/answer.ts';
import { nameOf } from '../core/dimension.ts';
import {
  dimensionIndex,
  itemFields,
  type Metric,
  rowFields,
  timestampName,
  type TopShape,
} from '../core/metric.ts';
import { bucketOf } from '../core/privacy.ts';
import { topPeriodFields } from '../core/top-period.ts';
import { ByteWriter } from './byte-writer.ts';
import { timestampBytesOf } from './timestamps.ts';

/** AQS: `{"items":[…]}`, the fields in the metric's order. */
export function renderJson(answer: Answer): Buffer {
  const out = new ByteWriter(sizeOf(answer));
  out.text('{"items":[');
  writeItems(answer, ',', out);
  out.text(']}');
  return out.finish();
}

/** One JSON item a line. */
export function renderNdjson(answer: Answer): Buffer {
  const out = new ByteWriter(sizeOf(answer));
  writeItems(answer, '\n', out);
  out.text('\n');
  return out.finish();
}

/** About as many bytes as the answer has. */
function sizeOf(answer: Answer): number {
  if (answer.kind === 'top') return 1024;
  return answer.series.reduce((sum, { presence }) => sum + 200 * presence.length, 1024);
}

function writeItems(answer: Answer, separator: string, out: ByteWriter): void {
  if (answer.kind === 'top') {
    out.text(answer.lists.map((list) => topItem(answer, list, separator)).join(separator));
    return;
  }
  const { metric } = answer;
  const nested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
  const template = templateOf(metric, answer.series.length === seriesTogether(metric));
  let first = true;
  for (const series of seriesInOrder(answer)) {
    if (!series.presence.some((there) => there !== PRESENCE.absent)) continue;
    if (!first) out.text(separator);
    first = false;
    if (nested) writeNestedItem(answer, series, out);
    else writeRows(answer, series, template, separator, out);
  }
}

/** An item whose rows are a list in it (AQS: the edit families). */
function writeNestedItem(answer: SeriesAnswer, series: Series, out: ByteWriter): void {
  const own = rowFields(answer.metric).filter((field) => !isInRow(answer.metric, field));
  const members = own.map((field) => member(field, constantOf(answer, series, field)));
  out.text(`{${members.join(',')},"results":[`);
  writeRows(answer, series, templateOf(answer.metric, true), ',', out);
  out.text(']}');
}

/** Whether a field is in each row of an item that nests them, not in the item itself. */
function isInRow(metric: Metric, field: string): boolean {
  return field === 'timestamp' || field in metric.measures;
}

/**
 * A row of a metric as text with gaps: `{"project":` … `,"timestamp":"` … `"}`. There is one text
 * more than there are gaps.
 */
interface Template {
  readonly texts: readonly string[];
  /** What fills a gap: `timestamp`, the place of a measure, or a field that is the same in all rows. */
  readonly gaps: readonly (string | number)[];
}

const templates = [new WeakMap<Metric, Template>(), new WeakMap<Metric, Template>()] as const;

/** @param isOne whether one series was asked for */
function templateOf(metric: Metric, isOne: boolean): Template {
  const known = templates[isOne ? 1 : 0];
  let template = known.get(metric);
  if (!template) {
    const nested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
    const fields = itemFields(metric, isOne).filter((field) => !nested || isInRow(metric, field));
    const names = Object.keys(metric.measures);
    const texts = fields.map((field, i) => {
      const name = field === 'timestamp' ? timestampName(metric) : field;
      const open = `${i > 0 ? (fields[i - 1] === 'timestamp' ? '",' : ',') : '{'}${JSON.stringify(name)}:`;
      return field === 'timestamp' ? `${open}"` : open;
    });
    texts.push(fields.at(-1) === 'timestamp' ? '"}' : '}');
    const gaps = fields.map((field) => (names.includes(field) ? names.indexOf(field) : field));
    known.set(metric, (template = { texts, gaps }));
  }
  return template;
}

/** What is written of a row before a number: the same in all rows, but for the timestamp that it may have. */
interface Piece {
  readonly bytes: Buffer;
  /** Where in the bytes the timestamp is. */
  readonly timestampAt: number | undefined;
  /** The numbers that follow, by row. */
  readonly column: Float64Array | undefined;
}

/**
 * The rows of a series as JSON objects. What is the same in all of them is made once: only the
 * timestamp and the measures are put into pieces of constant text.
 */
function writeRows(
  answer: SeriesAnswer,
  series: Series,
  template: Template,
  separator: string,
  out: ByteWriter,
): void {
  const timestamps = timestampBytesOf(answer.metric.timestamp, answer.grain);
  const { width } = timestamps;
  const { presence, first } = series;
  const { pieces, end } = piecesOf(answer, series, template, width);
  const [head] = pieces as [Piece];
  // What ends a row and what begins the next are one piece.
  const before = Buffer.from(end + separator);
  const next: Piece = {
    ...head,
    bytes: Buffer.concat([before, head.bytes]),
    timestampAt: head.timestampAt === undefined ? undefined : before.length + head.timestampAt,
  };
  let start = head;
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
      if (there === PRESENCE.nulls) out.text('null');
      else out.number(column[i] as number);
    }
    start = next;
  }
  out.text(end);
}

/** @param timestampBytes the length of the timestamps of a grain, which all have the same */
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
export function constantOf(answer: SeriesAnswer, series: Series, field: string): string {
  if (field === 'granularity') return answer.grain;
  return series.values[dimensionIndex(answer.metric, field)] as string;
}

/** A member of a JSON object. */
export function member(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The members that an item of a list has beside its entries. */
export function topOwn(answer: TopAnswer, list: RankedList, shape: TopShape): string {
  const fields: Record<string, string> = {
    ...Object.fromEntries(answer.metric.dimensions.map((d, i) => [d.name, list.values[i] as string])),
    ...topPeriodFields(answer),
  };
  return rowFields(answer.metric)
    .filter((field) => field in fields && !(shape.nest && field === 'timestamp'))
    .map((field) => member(field, fields[field] as string))
    .join(',');
}

function topItem(answer: TopAnswer, list: RankedList, separator: string): string {
  const shape = answer.metric.shape as TopShape;
  const values = shape.fields.map((field) => entryField(answer.metric, list.entries, field));
  const keys = shape.fields.map((field) => `${JSON.stringify(field)}:`);
  const own = topOwn(answer, list, shape);
  const begin = shape.flat && answer.lists.length > 1 ? `{${own},` : '{';
  let entries = '';
  for (let i = 0; i < list.entries.length; i++) {
    if (i > 0) entries += shape.flat ? separator : ',';
    entries += begin;
    for (let f = 0; f < keys.length; f++)
      entries += `${f > 0 ? ',' : ''}${keys[f]}${JSON.stringify(values[f]?.(i))}`;
    entries += '}';
  }
  if (shape.flat) return entries;
  const ranked = `${JSON.stringify(shape.list)}:[${entries}]`;
  if (!shape.nest) return `{${own},${ranked}}`;
  const { timestamp } = topPeriodFields(answer);
  return `{${own},${JSON.stringify(shape.nest)}:[{"timestamp":${JSON.stringify(timestamp)},${ranked}}]}`;
}

/** How to get a field of a top's entries: a ranked dimension, the rank, a measure, or a measure's bucket. */
export function entryField(
  metric: Metric,
  entries: Entries,
  field: string,
): (i: number) => string | number | null {
  const shape = metric.shape as TopShape;
  const dimension = shape.entry.findIndex((ranked) => ranked.name === field);
  if (dimension >= 0) {
    const values = entries.dimensions[dimension] as readonly string[];
    return shape.entry[dimension]?.nullable ? (i) => nameOf(values[i] as string) : (i) => values[i] as string;
  }
  if (field === 'rank') return (i) => entries.ranks[i] as number;
  const names = Object.keys(metric.measures);
  const measure = names.indexOf(field);
  if (measure >= 0) return (i) => entries.measures[measure]?.[i] as number;
  const bucket = Object.values(metric.measures).findIndex((one) => one.bucket === field);
  return (i) => bucketOf(entries.measures[bucket]?.[i] as number);
}

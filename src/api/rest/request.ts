import { suggestion, nearest } from '../../core/value/nearest.ts';
import { shortened } from '../../core/value/value-list.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import type { PathQuestion } from '../../core/question/question.ts';
import { dimensionColumns } from '../../core/metric/value-names.ts';
import { png } from '../../formats/chart/png.ts';
import { svg } from '../../formats/chart/svg.ts';
import { SHAPES, type Form } from '../../formats/form.ts';
import {
  ALL_FORMATS,
  FORMATS,
  FORMATS_BY_ACCEPT,
  splitSuffix,
  type FormatName,
} from '../../formats/formats.ts';
import { questionOf, type MetricTarget } from '../../core/question/metric-paths.ts';
import { PICTURE_OPTIONS } from '../../formats/picture-options.ts';
import { openedBy, rowStyleOf, styleKey, type RowStyle } from '../../formats/row-style.ts';
import { preferenceAmong } from '../http/negotiate.ts';
import { attachment } from './download.ts';
import { withPictureOptions } from './picture-form.ts';

/** Kraken's own query parameters. AQS has none. */
export const OPTIONS = [
  'format',
  'shape',
  'fill',
  'sum',
  'asOf',
  'live',
  'measure',
  'scale',
  'theme',
  'size',
  'time',
  'names',
  'download',
] as const;
export type Option = (typeof OPTIONS)[number];
/** The shape that an answer has by default. */
const ITEMS = 'items';

/** A question, and the requested form of its answer. */
export interface MetricRequest {
  readonly question: PathQuestion;
  readonly form: Form;
  readonly style: RowStyle;
  /** The form and the style, as a part of the cache key of the answer. */
  readonly formName: string;
  /** Whether the answer's form, or its cells, depend on the Accept header. */
  readonly negotiated: boolean;
  /** The `Content-Disposition` of an answer to save. */
  readonly disposition?: string;
}

/**
 * The type that a browser prefers when it follows a link. The browser also accepts pictures, but a link must
 * not open one because of that.
 */
const PAGE = 'text/html';
const SVG_ALIKE = /image\/svg\+xml *(?:,|$)/;
const typeWanted = preferenceAmong([...FORMATS_BY_ACCEPT.map(([, { type }]) => type), PAGE]);

/**
 * Returns the format that an Accept header prefers, for URLs that name none. If it prefers no format, the
 * answer is JSON, as in AQS.
 */
export function formatWanted(accept: string | undefined): FormatName {
  const first = typeWanted(accept);
  // Where both kinds of pictures are wanted alike, the one that scales comes first. Firefox names PNG before SVG.
  const wanted = first === png.type && SVG_ALIKE.test(accept ?? '') ? svg.type : first;
  return FORMATS_BY_ACCEPT.find(([, { type }]) => type === wanted)?.[0] ?? 'json';
}

/** Splits a path into the path without its suffix, and the format that the suffix names. The last parameter of a path never has a dot. */
export function splitForm(path: string): { text: string; name?: FormatName } {
  return path.includes('.', path.lastIndexOf('/')) ? splitSuffix(path, FORMATS) : { text: path };
}

/** The requested form of an answer, as far as the query doesn't say it. */
export interface FormAsked {
  /** The format that the Accept header prefers. It is used if the URL names no format. */
  readonly wanted: FormatName;
  /** The format that the path's suffix names. */
  readonly suffix?: FormatName;
  /** Whether a person opens the answer in a browser. */
  readonly inBrowser: boolean;
}

/**
 * Reads an AQS URL with Kraken's options.
 * @throws Problem for wrong options; mistakes of the question itself are found by its plan
 */
export function metricRequest(
  target: MetricTarget,
  query: string,
  { wanted, suffix, inBrowser }: FormAsked,
): MetricRequest {
  const { metric } = target;
  const options = optionsOf(query);
  const { format, shape, fill, sum, asOf, live, download, time, names } = options;
  if (metric.shape.kind === 'top' && (fill !== undefined || sum !== undefined)) {
    throw invalidParameter(
      fill === undefined ? 'sum' : 'fill',
      `${metric.name} has lists, which can be neither filled nor summed`,
    );
  }
  if (suffix !== undefined && format !== undefined && format !== suffix) {
    throw invalidParameter('format', `the path ends in ${FORMATS[suffix].suffix}, but format is ${format}`, [
      suffix,
    ]);
  }
  // Columns exist only in JSON, and the options of pictures ask for a picture.
  const isNamed = [suffix, format, ...PICTURE_OPTIONS.map((name) => options[name])].some(
    (one) => one !== undefined,
  );
  const byAccept = !isNamed && shape !== 'columns';
  const named = suffix ?? format ?? (byAccept ? wanted : undefined);
  const { form, formName } = withPictureOptions(formOf(named, shape), metric, options);
  const asked = rowStyleOf({ time, names }, dimensionColumns(metric), metric.name);
  if (!form.hasRows && (time !== undefined || names !== undefined))
    throw invalidParameter(
      time === undefined ? 'names' : 'time',
      `${time === undefined ? 'names' : 'time'} is an option of rows, and a picture has no rows`,
    );
  const style = openedBy(inBrowser || download !== undefined, form, asked);
  const parts = [metric.name, ...Object.values(target.parameters)];
  return {
    question: questionOf(target, {
      ...(fill === undefined ? {} : { fill }),
      ...(sum === undefined ? {} : { sum }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(live === undefined ? {} : { live }),
    }),
    form,
    style,
    formName: formName + styleKey(style),
    // The cells of a table are guarded only for browsers.
    negotiated: byAccept || form.hasCells === true,
    ...(download === undefined ? {} : { disposition: attachment(download, parts, form.suffix) }),
  };
}

/**
 * Whether a query has one of Kraken's options. A number in `time` is not a misspelt option: clients of AQS
 * add it to bypass caches.
 */
export function asksOptions(query: URLSearchParams): boolean {
  if (/^\d+$/.test(query.get('time') ?? '')) query.delete('time');
  return OPTIONS.some((name) => query.has(name));
}

/**
 * Returns the hint for an answer whose query is ignored, as AQS ignores it: a name in it is close to one of
 * Kraken's options. A parameter with a number is skipped, because clients add it to bypass caches.
 * @returns undefined if no name is close
 */
export function ignoredHint(query: string): string | undefined {
  if (query === '') return undefined;
  const all = new URLSearchParams(query);
  if (asksOptions(all)) return undefined;
  for (const [name, value] of all) {
    const near = /^\d+$/.test(value) ? undefined : nearest(name, OPTIONS);
    if (near !== undefined) return `The query parameter ${shortened(name)} is ignored${suggestion(near)}`;
  }
  return undefined;
}

/** Reads the options of a query. Without any of Kraken's options the query is ignored, as in AQS. @throws Problem for an unknown parameter beside them */
function optionsOf(query: string): Partial<Record<Option, string>> {
  if (query === '') return {};
  const all = new URLSearchParams(query);
  if (!asksOptions(all)) return {};
  const options: Partial<Record<Option, string>> = {};
  for (const [name, value] of all) {
    const option = OPTIONS.find((known) => known === name);
    if (!option) {
      const detail = `There is no query parameter ${name}${suggestion(nearest(name, OPTIONS))}`;
      throw new Problem('unknown-parameter', detail, { parameter: name, allowed: OPTIONS });
    }
    if (options[option] !== undefined) throw invalidParameter(name, `${name} is given twice`);
    options[option] = value;
  }
  return options;
}

function formOf(format: string | undefined, shape: string | undefined): { form: Form; formName: string } {
  const [name, form] = ALL_FORMATS.find(([known]) => known === (format ?? 'json')) ?? [];
  if (!name || !form) {
    const names = ALL_FORMATS.map(([known]) => known);
    throw invalidParameter(
      'format',
      `format should be one of ${names.join(', ')}${suggestion(nearest(format ?? '', names))}`,
      names,
    );
  }
  if (shape === undefined || shape === ITEMS) return { form, formName: name };
  const wanted = SHAPES.find((known) => known === shape);
  if (!wanted) {
    const shapes = [ITEMS, ...SHAPES];
    throw invalidParameter(
      'shape',
      `shape should be one of ${shapes.join(', ')}${suggestion(nearest(shape, shapes))}`,
      shapes,
    );
  }
  const shaped = form.shapes?.[wanted];
  if (shaped) return { form: shaped, formName: `${wanted}.${name}` };
  const able = ALL_FORMATS.flatMap(([known, { shapes }]) => (shapes?.[wanted] ? [known] : []));
  throw invalidParameter(
    'shape',
    `shape=${wanted} is a shape of ${able.join(' and ')}; the format is ${name}`,
    [ITEMS, ...Object.keys(form.shapes ?? {})],
  );
}

import { nearest } from '../core/value/nearest.ts';
import { arrow } from './arrow.ts';
import { svg } from './chart/svg.ts';
import { csv, tsv } from './csv.ts';
import type { Form, Format, QueryForm } from './form.ts';
import { json, ndjson } from './json.ts';
import { png } from './chart/png.ts';
import { metadataOf } from './metadata.ts';
import { parquet } from './parquet.ts';
import { xlsx } from './xlsx/xlsx.ts';

/** The formats that an Accept header can ask for, the default first. A new format is a file and its name here. */
const BY_ACCEPT = { json, csv, tsv, ndjson, parquet, arrow, xlsx, svg, png } as const satisfies Record<
  string,
  Format
>;

/** All output formats, by the value of `format`. Paths, Accept, /query, documentation and the explorer use it. */
export const FORMATS = { ...BY_ACCEPT, metadata: metadataOf(BY_ACCEPT) } as const satisfies Record<
  string,
  Format
>;
export type FormatName = keyof typeof FORMATS;

/** All output formats as pairs of name and format. */
export const ALL_FORMATS = namedIn<FormatName>(FORMATS);
export const FORMATS_BY_ACCEPT = namedIn<keyof typeof BY_ACCEPT>(BY_ACCEPT);

/** The formats of answers to /query, by the value of `format`. */
export const QUERY_FORMATS: ReadonlyMap<string, QueryForm> = new Map(
  ALL_FORMATS.flatMap(([name, { renderQuery, ...rest }]) =>
    renderQuery === undefined ? [] : [[name, { ...rest, renderQuery }]],
  ),
);

/** Splits the suffix of a form off a text; the longest one if several fit. */
export function splitSuffix<Name extends string>(
  text: string,
  forms: Readonly<Record<Name, Pick<Form, 'suffix'>>>,
): { text: string; name?: Name } {
  const fitting = (Object.keys(forms) as Name[]).filter((name) => text.endsWith(forms[name].suffix));
  const [name] = fitting.sort((a, b) => forms[b].suffix.length - forms[a].suffix.length);
  return name === undefined ? { text } : { text: text.slice(0, -forms[name].suffix.length), name };
}

/**
 * A hint on a path whose ending is not that of a form, such as `.cvs`. Undefined if the last part of the
 * path has no ending.
 */
export function endingHint(
  path: string,
  forms: Readonly<Record<string, Pick<Form, 'suffix'>>>,
): string | undefined {
  const [ending] = /\.[A-Za-z][A-Za-z.]{0,30}$/.exec(path.slice(path.lastIndexOf('/') + 1)) ?? [];
  if (ending === undefined) return undefined;
  const known = Object.values(forms).map(({ suffix }) => suffix);
  if (known.includes(ending)) return undefined;
  const near = nearest(ending, known);
  const others = `A path may end in ${known.join(', ')}.`;
  return near === undefined
    ? `There is no ending ${ending}. ${others}`
    : `There is no ending ${ending}: did you mean ${near}?`;
}

function namedIn<Name extends string>(
  formats: Readonly<Record<Name, Format>>,
): readonly (readonly [Name, Format])[] {
  return Object.entries(formats) as [Name, Format][];
}

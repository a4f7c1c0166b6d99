import type { Answer } from '../core/answer.ts';
import { nearest } from '../core/nearest.ts';
import type { Plan } from '../core/plan.ts';
import type { PictureOptions } from './picture-options.ts';
import { DEFAULT_THEME, picturePolicy } from './chart/style.ts';
import { renderSvg } from './chart/svg.ts';
import { renderCsv, renderTsv } from './csv.ts';
import { renderJson, renderNdjson } from './json.ts';
import { renderColumns } from './json-columns.ts';
import { renderMetadata } from './metadata.ts';
import type { RowStyle } from './row-style.ts';
import {
  checkWide,
  wideAlone,
  wideJson,
  wideSheet,
  wideText,
  wideWikimetrics,
  type WideTable,
} from './wide.ts';

/** A form that an answer can have. A new one is a renderer and an entry here. */
export interface Form {
  readonly type: string;
  /** What a path under /metrics ends in to ask for it. */
  readonly suffix: string;
  /** The Content-Security-Policy of its answers, where it isn't that of data. It also says who may frame them. */
  readonly policy?: string;
  /** It takes a style of time and of names; pictures have neither, nor have files of Limn. */
  readonly hasRows?: true;
  /** Spreadsheets open it: its texts may have to be guarded. */
  readonly hasCells?: true;
  readonly render: (answer: Answer, plan: Plan, style?: RowStyle) => Buffer;
  /** @throws Problem where the answer to a plan can't have the form; before anything is read */
  readonly check?: (plan: Plan) => void;
}

/** By the value of `format`. */
export const FORMS = {
  json: rows('application/json', '.json', renderJson),
  csv: { ...rows('text/csv', '.csv', renderCsv), hasCells: true },
  tsv: { ...rows('text/tab-separated-values', '.tsv', renderTsv), hasCells: true },
  ndjson: rows('application/x-ndjson', '.ndjson', renderNdjson),
  svg: {
    type: 'image/svg+xml; charset=utf-8',
    suffix: '.svg',
    policy: picturePolicy(DEFAULT_THEME),
    render: (answer, plan) => renderSvg(answer, plan),
  },
  metadata: {
    type: 'application/json; charset=utf-8',
    suffix: '.metadata.json',
    hasRows: true,
    render: renderMetadata,
  },
} as const satisfies Record<string, Form>;

export type FormName = keyof typeof FORMS;

function rows(
  type: string,
  suffix: string,
  render: (answer: Answer, style?: RowStyle) => Buffer,
): Form & { readonly hasRows: true } {
  return {
    type: `${type}; charset=utf-8`,
    suffix,
    hasRows: true,
    render: (answer, _plan, style) => render(answer, style),
  };
}

/** The form that a text ends with the suffix of, the longest where several fit, and the text before it. */
export function splitSuffix<Name extends string>(
  text: string,
  forms: Readonly<Record<Name, Pick<Form, 'suffix'>>>,
): { text: string; name?: Name } {
  const fitting = (Object.keys(forms) as Name[]).filter((name) => text.endsWith(forms[name].suffix));
  const [name] = fitting.sort((a, b) => forms[b].suffix.length - forms[a].suffix.length);
  return name === undefined ? { text } : { text: text.slice(0, -forms[name].suffix.length), name };
}

/**
 * A hint on the ending of a path where it names no form: `.cvs`. Undefined where the last part has
 * none that could be meant for one.
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

/** `shape=columns`, of JSON only. */
export const COLUMNS: Form = rows('application/json', '.json', renderColumns);

/** A picture as it is wanted. */
export function pictureForm(options: PictureOptions): Form {
  return {
    ...FORMS.svg,
    policy: picturePolicy(options.theme ?? DEFAULT_THEME),
    render: (answer, plan) => renderSvg(answer, plan, options),
  };
}

/** A form of a wide table, whatever it was put together from. */
export interface WideForm extends Form {
  readonly renderTable: (table: WideTable, style?: RowStyle) => Buffer;
}

/** `shape=wide`: dates by columns, of series only. What spreadsheets read. */
export const SHEETS = {
  csv: {
    ...wide(FORMS.csv, (table, style) => wideSheet(table, ',', style)),
    hasRows: true,
    hasCells: true,
  },
  tsv: {
    ...wide(FORMS.tsv, (table, style) => wideSheet(table, '\t', style)),
    hasRows: true,
    hasCells: true,
  },
} as const satisfies Record<string, WideForm>;

/** The same as Limn reads it. */
export const WIDE = {
  csv: wide(FORMS.csv, (table) => wideText(table, ',')),
  tsv: wide(FORMS.tsv, (table) => wideText(table, '\t')),
  json: wide(FORMS.json, wideJson),
  wikimetrics: wide({ type: FORMS.json.type, suffix: '.wikimetrics.json' }, wideWikimetrics),
} as const satisfies Record<string, WideForm>;

function wide(
  { type, suffix }: Pick<Form, 'type' | 'suffix'>,
  renderTable: WideForm['renderTable'],
): WideForm {
  return {
    type,
    suffix,
    renderTable,
    render: (answer, _plan, style) => renderTable(wideAlone(answer, style), style),
    check: checkWide,
  };
}

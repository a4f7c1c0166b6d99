import type { Answer } from '../core/answer.ts';
import { renderCsv, renderTsv } from './csv.ts';
import { renderColumns, renderJson, renderNdjson } from './json.ts';

/** A form that an answer can have. A new one is a renderer and an entry here. */
export interface Form {
  readonly type: string;
  readonly render: (answer: Answer) => Buffer;
}

/** By the value of `format`. */
export const FORMS = {
  json: { type: 'application/json; charset=utf-8', render: renderJson },
  csv: { type: 'text/csv; charset=utf-8', render: renderCsv },
  tsv: { type: 'text/tab-separated-values; charset=utf-8', render: renderTsv },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', render: renderNdjson },
} as const satisfies Record<string, Form>;

export type Format = keyof typeof FORMS;

/** `shape=columns`, of JSON only. */
export const COLUMNS: Form = { type: FORMS.json.type, render: renderColumns };

import type { Answer } from '../core/answer.ts';
import type { Plan } from '../core/plan.ts';
import { renderSvg } from './chart/svg.ts';
import { renderCsv, renderTsv } from './csv.ts';
import { renderColumns, renderJson, renderNdjson } from './json.ts';
import { renderMetadata } from './metadata.ts';

/** A form that an answer can have. A new one is a renderer and an entry here. */
export interface Form {
  readonly type: string;
  /** What a path under /metrics ends in to ask for it. */
  readonly suffix: string;
  readonly render: (answer: Answer, plan: Plan) => Buffer;
}

/** By the value of `format`. */
export const FORMS = {
  json: { type: 'application/json; charset=utf-8', suffix: '.json', render: renderJson },
  csv: { type: 'text/csv; charset=utf-8', suffix: '.csv', render: renderCsv },
  tsv: { type: 'text/tab-separated-values; charset=utf-8', suffix: '.tsv', render: renderTsv },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', suffix: '.ndjson', render: renderNdjson },
  svg: { type: 'image/svg+xml; charset=utf-8', suffix: '.svg', render: renderSvg },
  metadata: { type: 'application/json; charset=utf-8', suffix: '.metadata.json', render: renderMetadata },
} as const satisfies Record<string, Form>;

export type FormName = keyof typeof FORMS;

/** `shape=columns`, of JSON only. */
export const COLUMNS: Form = { type: FORMS.json.type, suffix: FORMS.json.suffix, render: renderColumns };

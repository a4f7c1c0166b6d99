import { csv, tsv } from './csv.ts';
import { json } from './json.ts';
import { wideForm, type WideForm } from './wide-form.ts';
import { wideJson, wideText, wideWikimetrics } from './wide.ts';

/** The forms of wide tables that Limn and Dashiki read, by the ending of a datafile's name. */
export const LIMN_FORMS = {
  csv: wideForm(csv, (table) => wideText(table, ',')),
  tsv: wideForm(tsv, (table) => wideText(table, '\t')),
  json: wideForm(json, wideJson),
  wikimetrics: wideForm({ type: json.type, suffix: '.wikimetrics.json' }, wideWikimetrics),
} as const satisfies Record<string, WideForm>;

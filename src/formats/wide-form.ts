import type { Form } from './form.ts';
import type { RowStyle } from './row-style.ts';
import { checkWide, wideAlone, type WideTable } from './wide.ts';

export interface WideForm extends Form {
  readonly renderTable: (table: WideTable, style?: RowStyle) => Buffer;
}

/** Makes a wide form, which renders the answer of one metric, or a table that the caller made. */
export function wideForm(
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

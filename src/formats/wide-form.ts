import type { Form } from './form.ts';
import type { RowStyle } from './row-style.ts';
import { checkWide, wideAlone, type WideTable } from './wide.ts';

/** A form of a wide table, whatever it was put together from. */
export interface WideForm extends Form {
  readonly renderTable: (table: WideTable, style?: RowStyle) => Buffer;
}

/** A wide form whose answer is one metric's series, or a table that the caller puts together. */
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

import { guardedText } from './formulas.ts';
import type { RowStyle } from './row-style.ts';
import type { Cell } from './table.ts';

/** A line of CSV or TSV, without its end. Texts are quoted where necessary; null is empty. */
export function lineOf(cells: readonly Cell[], separator: string, { guarded }: RowStyle): string {
  return cells
    .map((cell) => {
      if (typeof cell !== 'string') return String(cell ?? '');
      return quoted(guarded ? guardedText(cell) : cell, separator);
    })
    .join(separator);
}

function quoted(value: string, separator: string): string {
  return value.includes('"') || value.includes(separator) || value.includes('\n') || value.includes('\r')
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

import type { Table } from '../../core/metric/table.ts';
import { valuesOfScope } from '../../core/time/table-state.ts';
import { identifier } from './sql.ts';

/** Separates the values of a scope in SQL, where a text should have no NUL. */
const SEPARATOR = '\x01';

/** A scope's key as SQL has it. */
export function scopeText(scope: string): string {
  return valuesOfScope(scope).join(SEPARATOR);
}

/** The key of a scope in SQL. */
export function scopeOfText(text: string): string {
  return text.split(SEPARATOR).join('\0');
}

/** The expression of a row's scope. @param rows the name of the relation */
export function scopeExpression({ scope = [] }: Table, rows: string): string {
  if (scope.length === 0) return `''`;
  return scope.map(({ name }) => `${rows}.${identifier(name)}`).join(` || chr(1) || `);
}

import { WrittenNumber } from '../core/value/exact-json.ts';
import { own } from '../core/value/named.ts';
import type { Item } from '../load/values.ts';

/** Returns a record's value as a text without blanks around it; undefined if there is none. */
export function textIn(item: Item, column: string): string | undefined {
  const value = own(item, column);
  const isPlain = typeof value === 'number' || typeof value === 'boolean' || value instanceof WrittenNumber;
  const text = isPlain ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  return text.trim() === '' ? undefined : text.trim();
}

import { nearest } from '../core/value/nearest.ts';
import type { ItemReader } from './item-reader.ts';

/**
 * Returns the columns of a file that are read, with their places from 0. A column without a name is skipped: R and
 * pandas write row numbers like this.
 * @param metric its name, for messages
 * @param refuse throws the error of a column that doesn't fit. It can't be skipped as a bad row, because no row would
 *   fit, either
 */
export function columnsRead(
  { required, allowed }: ItemReader['columns'],
  metric: string,
  columns: readonly string[],
  refuse: (column: string, reason: string) => never,
): [place: number, name: string][] {
  const read = [...columns.entries()].filter(([, name]) => (allowed ? name !== '' : required.includes(name)));
  for (const [place, name] of read) {
    if (allowed && !allowed.has(name)) {
      const near = nearest(name.toLowerCase(), allowed);
      const hint = near ? `: did you mean ${near}?` : '';
      refuse(name, `is not a column of ${metric}, which has ${[...allowed].join(', ')}${hint}`);
    }
    if (columns.indexOf(name) !== place) refuse(name, 'is there twice in the header');
  }
  for (const name of required) if (!columns.includes(name)) refuse(name, 'is missing in the header');
  return read;
}

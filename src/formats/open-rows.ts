import type { Open } from '../core/question/answer.ts';
import { isoTime } from '../core/question/as-of.ts';
import { formatDate, type Grain } from '../core/time/time.ts';

/** The fields of a provisional row, beside its own. */
export const OPEN_FIELDS = ['provisional', 'asOf'] as const;

/** The members that a provisional row has in JSON, each after a comma; empty if the answer has no open period. */
export function openMembers(open: Open | undefined): string {
  return open ? `,"provisional":true,"asOf":"${isoTime(open.asOfMs)}"` : '';
}

/** The first period whose rows are provisional, and the time as of which they are right. */
export function openAbout({ from, asOfMs }: Open, grain: Grain): { from: string; asOf: string } {
  return { from: formatDate(grain, from), asOf: isoTime(asOfMs) };
}

/** The cells of `OPEN_FIELDS` in a table. Those of closed rows are empty. */
export function openCells(open: Open, isOpen: boolean): (string | null)[] {
  return isOpen ? ['true', isoTime(open.asOfMs)] : [null, null];
}

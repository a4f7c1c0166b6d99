import { hourText } from '../raw/hours.ts';
import type { Forgotten } from '../raw/upkeep.ts';
import { count, say } from './report.ts';

/** Says what was removed because of its age. */
export function sayForgotten({ stream, hour, what, rows }: Forgotten): void {
  const gone = what === 'rows' ? 'rows are removed' : 'rows have lost what is personal';
  say(`${stream} ${hourText(hour)}: ${count(rows)} ${gone}, as its stream says.`);
}

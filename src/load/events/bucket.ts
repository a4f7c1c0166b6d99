import { basename } from 'node:path';
import { ordinalAt, parseTimestamp, startOf } from '../../core/time/time.ts';
import type { DateRange } from '../selection.ts';
import { EARLIEST } from './event-time.ts';
import type { WikiProjects } from './wiki-project.ts';

/** Everything that happened in a project between two times. */
export interface Bucket {
  readonly project: string;
  readonly range: DateRange;
}

/**
 * Returns what a dump of mediawiki_history holds, judging by its name: `2024-03.enwiki.2024-02.tsv.bz2` is a
 * month of the snapshot of March 2024, `….2023.…` a year, `….all-times.…` everything. A snapshot ends with
 * its own month. Undefined if the name has another form.
 * https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Edits/Mediawiki_history_dumps
 */
export function bucketOf(path: string, wikis: WikiProjects): Bucket | undefined {
  const parts = /^(\d{4}-\d\d)\.([a-z0-9_]+)\.(\d{4}(?:-\d\d)?|all-times?)\.tsv(?:\.bz2|\.gz)?$/.exec(
    basename(path),
  );
  const [, snapshot = '', wiki = '', bucket = ''] = parts ?? [];
  const project = wikis.find(wiki);
  const end = afterMonth(snapshot);
  if (project === undefined || end === undefined) return undefined;
  const isAll = bucket.startsWith('all');
  const from = isAll ? EARLIEST : parseTimestamp(bucket.length === 4 ? `${bucket}-01-01` : `${bucket}-01`);
  const until = isAll ? end : afterMonth(bucket.length === 4 ? `${bucket}-12` : bucket);
  if (from === undefined || until === undefined || from >= end) return undefined;
  return { project, range: { from, until: Math.min(until, end) } };
}

/** Returns the first instant after a month such as `2024-03`. */
function afterMonth(month: string): number | undefined {
  const start = parseTimestamp(`${month}-01`);
  return start === undefined ? undefined : startOf('monthly', ordinalAt('monthly', start) + 1);
}

/** Something wrong that a check found. */
export interface Finding {
  /** What disagrees: a lake with its manifest, a store with its lake, lists with the series that they rank. */
  readonly kind: 'lake' | 'store' | 'tops';
  readonly table: string;
  /** The part of the table: a partition such as `daily/2024-03`; null for the whole table. */
  readonly partition: string | null;
  /** What is wrong, in a sentence without its full stop. */
  readonly what: string;
  /** The commands that mend it, one after the other. FILES stands for the files that had the rows. */
  readonly mend: readonly string[];
}

/** The dates of a partition as `--grain` and `--range`: `daily/2024-03` → `--grain daily --range 2024-03`. */
export function rangeFlags(partition: string): string {
  const [grain = '', period = ''] = partition.split('/');
  return `--grain ${grain} --range ${period}`;
}

/** Lists the first few things of a list, and counts the others. */
export function listed(things: readonly string[], most = 3): string {
  const more = things.length - most;
  return `${things.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

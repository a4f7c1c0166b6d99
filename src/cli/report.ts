/** How many partitions a command changed, in words. */
export function changesIn(partitions: readonly string[]): string {
  if (partitions.length === 0) return 'nothing changed';
  return `${count(partitions.length)} ${partitions.length === 1 ? 'partition' : 'partitions'} changed`;
}

/** A number as people write it: `12,345`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** Writes a line to standard error: standard output is for what was asked for. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says how many partitions a command changed. */
export function changesIn(partitions: readonly string[]): string {
  if (partitions.length === 0) return 'nothing changed';
  return `${count(partitions.length)} ${partitions.length === 1 ? 'partition' : 'partitions'} changed`;
}

/** Formats a number for people: `12,345`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** Writes a line to standard error, because standard output is for the result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

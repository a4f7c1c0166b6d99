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

/** Formats bytes: `412 B`, `1.2 KiB`, `34.0 MiB`. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

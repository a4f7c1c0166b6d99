import { readFileSync } from 'node:fs';

/** Reads the cases of a file of `truth/`, without the line of columns. Cells are trimmed, as Wikimedia's tests do. */
export function truth(file: string): string[][] {
  const text = readFileSync(new URL(`../../../test/define/truth/${file}`, import.meta.url), 'utf8');
  const [, ...lines] = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split(/(?<!\\),/).map((cell) => cell.replaceAll('\\,', ',').trim()));
}

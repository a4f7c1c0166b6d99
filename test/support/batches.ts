import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const TOGETHER = new URL('together.js', import.meta.url).href;

/** The most files of one batch: with more of them, little is left to save, and processes end less evenly. */
const MOST = 12;
/** What a file says, with the reason, if it can't share its process with others. */
const ALONE = /^\/\/ Runs in a process of its own: \S/m;

/**
 * Groups test files by the process that they run in, because loading what they import takes longer than most of
 * them. Neighbours come together: they import much the same. What must run alone comes first.
 * @param files absolute paths of compiled tests
 * @param processes how many run at a time; each gets a batch if there are enough files
 */
export function batchesOf(files: readonly string[], processes: number): string[][] {
  const alone = files.filter((file) => ALONE.test(readFileSync(file, 'utf8')));
  const others = files.filter((file) => !alone.includes(file));
  const count = Math.max(Math.ceil(others.length / MOST), Math.min(processes, others.length));
  const startOf = (batch: number): number => Math.round((batch * others.length) / count);
  const batches = Array.from({ length: count }, (_, i) => others.slice(startOf(i), startOf(i + 1)));
  return [...alone.map((file) => [file]), ...batches];
}

/**
 * Writes a program for each batch, which runs its files.
 * @returns the paths of the programs: the number of the batch and the folder of its first file are in their names
 */
export function writeBatches(folder: string, batches: readonly (readonly string[])[]): string[] {
  return batches.map((files, i) => {
    const [first = ''] = relative(TESTS, files[0] ?? '').split('.');
    const path = join(folder, `${String(i + 1).padStart(3, '0')}-${first.replaceAll(/\W+/g, '-')}.mjs`);
    const text = `import { runTogether } from '${TOGETHER}';\nawait runTogether(${JSON.stringify(files)});\n`;
    writeFileSync(path, text);
    return path;
  });
}

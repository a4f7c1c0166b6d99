import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The compiled tests below test/FOLDER whose names contain one of the texts; all of them where there
 * are none. What was compiled of a test that is gone is left out.
 * @param without the folders in FOLDER that are left out
 */
export function chosenTests(
  folder: string,
  texts: readonly string[],
  without: readonly string[] = [],
): string[] {
  const sources = fileURLToPath(new URL(`../../../test/${folder}`, import.meta.url));
  const compiled = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !without.some((other) => name.startsWith(other + sep)))
    .filter((name) => texts.length === 0 || texts.some((text) => name.includes(text)))
    .toSorted()
    .map((name) => join(compiled, name.replace(/\.ts$/, '.js')));
  if (files.length > 0) return files;
  process.stderr.write(`No test in test/${folder} has ${texts.join(' or ')} in its name\n`);
  process.exit(1);
}

import type { Rows } from '../src/core/metric/table.ts';
import { ordinalAt, type Grain } from '../src/core/time/time.ts';

/* Made-up numbers that analysts ask about: views of articles by day, and edits of their projects by month. */

export const PROJECTS = 20;
/** The days of 2022 and 2023. */
export const DAYS = 730;
const MONTHS = 24;
const FIRST_DAY = ordinalAt('daily', Date.UTC(2022, 0, 1));
const FIRST_MONTH = ordinalAt('monthly', Date.UTC(2022, 0, 1));

export const projectOf = (n: number): string => `p${String(n).padStart(2, '0')}.wikipedia`;

/** The periods that the rows of a grain cover, for each project. */
export function coversOf(
  grain: Grain,
): { grain: Grain; scope: string; first: number; last: number; complete: boolean }[] {
  const [first, length] = grain === 'daily' ? [FIRST_DAY, DAYS] : [FIRST_MONTH, MONTHS];
  return Array.from({ length: PROJECTS }, (_, n) => ({
    grain,
    scope: projectOf(n),
    first,
    last: first + length - 1,
    complete: true,
  }));
}

/** Views of `articles` articles of each project: each grows or shrinks at a pace of its own, and has its days of many views. */
export async function* views(articles: number): AsyncGenerator<Rows> {
  for (let n = 0; n < PROJECTS * articles; n++) {
    const level = 1 + ((n * 7919) % 997);
    const pace = ((n * 104_729) % 201) - 100;
    const of = <T>(make: (i: number) => T): T[] => Array.from({ length: DAYS }, (_, i) => make(i));
    const all = (value: string): string[] => of(() => value);
    yield await Promise.resolve({
      length: DAYS,
      grain: 'daily' as const,
      ordinals: of((i) => FIRST_DAY + i),
      dimensions: [all(projectOf(n % PROJECTS)), all('all-access'), all('user'), all(`Article_${n}`)],
      entry: [],
      measures: [
        of((i) => level + Math.floor((level * pace * i) / (DAYS * 100)) + ((n * 31 + i * 17) % (level + 7))),
      ],
    });
  }
}

/** Edits of each project. */
export async function* edits(): AsyncGenerator<Rows> {
  const of = <T>(make: (i: number) => T): T[] => Array.from({ length: MONTHS }, (_, i) => make(i));
  for (let n = 0; n < PROJECTS; n++)
    yield await Promise.resolve({
      length: MONTHS,
      grain: 'monthly' as const,
      ordinals: of((i) => FIRST_MONTH + i),
      dimensions: [of(() => projectOf(n)), of(() => 'all-editor-types'), of(() => 'all-page-types')],
      entry: [],
      measures: [of((i) => 1000 + ((n * 7919 + i * 31) % 9973))],
    });
}

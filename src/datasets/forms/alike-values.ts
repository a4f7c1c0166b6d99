/** Words by which spreadsheets call the sum of the other rows, in several languages. */
const WORDS =
  'total|totals|grand total|sum|all|overall|gesamt|summe|insgesamt|gesamtsumme|alle|totale|somma|tutti|total general|totaal|alles|suma|ogółem|razem|итого|всего|ensemble|somme|tous|toutes|yhteensä|i alt|totalt|合計|总计|總計|합계';
let totals: ReadonlySet<string> | undefined;

/** Whether a text likely names the sum of the others. */
export function isTotal(text: string): boolean {
  totals ??= new Set(WORDS.split('|').map(folded));
  return totals.has(folded(text).replace(/[ :]+$/, ''));
}

/** Returns a text without what the eye overlooks: case, accents, blanks and punctuation around words. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(/[\s\p{Pd}_]+/gu, ' ')
    .trim();
}

/** A value of a dimension, with its first place. */
export interface ValueSeen {
  readonly value: string;
  readonly rows: number;
  readonly first: number;
}

/** Returns the values that look like others, together with those. */
export function lookAlikes(values: Iterable<ValueSeen>): ValueSeen[][] {
  const alike = new Map<string, ValueSeen[]>();
  for (const seen of values) {
    const key = folded(seen.value);
    alike.set(key, [...(alike.get(key) ?? []), seen]);
  }
  return [...alike.values()].filter((some) => some.length > 1);
}

/**
 * Returns the values of one dimension of some series.
 * @param series the places of the rows of each series, which is named by its values with a NUL between them
 * @param i the dimension's place among the values
 */
export function valuesOfSeries(
  series: ReadonlyMap<string, ReadonlyMap<unknown, number>>,
  i: number,
): ValueSeen[] {
  const seen = new Map<string, ValueSeen>();
  for (const [key, places] of series) {
    const value = key.split('\0')[i] as string;
    const [place = 0] = places.values();
    const { rows, first } = seen.get(value) ?? { rows: 0, first: place };
    seen.set(value, { value, rows: rows + places.size, first: Math.min(first, place) });
  }
  return [...seen.values()];
}

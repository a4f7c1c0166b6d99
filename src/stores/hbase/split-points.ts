import { dimensionOf, type SeriesMetric } from '../../core/metric.ts';

/**
 * Where a new table is split into regions, so that a first load keeps several region servers busy.
 * Only the tables with rows of free text within a project or referer are: they hold a row for each
 * article or file. Such a table is split
 *
 * - at each of the values that hold the most (`LARGE`), and behind it;
 * - within such a value, at evenly spread places of what follows: for titles at the letters with
 *   which most begin, for paths of files at the digits of their folders;
 * - at a few letters before and after them, for all others.
 *
 * A table with few rows starts as one region, and HBase splits what grows. A wrong guess costs
 * nothing but an uneven start.
 */
export function splitPoints(metric: SeriesMetric): Uint8Array[] {
  const [first, second] = metric.key.row;
  if (first === undefined || second === undefined) return [];
  const isText = (name: string): boolean => dimensionOf(metric, name)?.values === undefined;
  const large = LARGE[first];
  const places = PLACES[second];
  if (!large || !places || !isText(first) || !isText(second)) return [];
  const points = new Set(OTHERS);
  for (const [value, parts] of Object.entries(large)) {
    points.add(`${value}\0`);
    points.add(`${value}\x01`);
    for (const place of spread(places, parts - 1)) points.add(`${value}\0${place}`);
  }
  return [...points].map((point) => Buffer.from(point)).sort((a, b) => Buffer.compare(a, b));
}

/** By the first dimension of the row: the values that hold the most rows, and into how many regions. */
const LARGE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  project: {
    'commons.wikimedia': 4,
    'de.wikipedia': 4,
    'en.wikipedia': 16,
    'es.wikipedia': 4,
    'fr.wikipedia': 4,
    'ja.wikipedia': 2,
    'ru.wikipedia': 4,
    'www.wikidata': 4,
  },
  referer: { 'all-referers': 16, 'en.wikipedia': 8, external: 4, internal: 16, none: 4, 'search-engine': 8 },
};

/** By the second dimension of the row: where its values can be parted evenly, in the order of bytes. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  article: [...Array.from('ABCDEFGHIJKLMNOPRSTUVW'), 'Ð'],
  file_path: Array.from('0123456789abcdef').flatMap((digit) =>
    ['0', '8'].map((next) => `/wikipedia/commons/${digit}/${digit}${next}`),
  ),
};

const OTHERS = ['c', 'f', 'k', 'p', 't'];

function spread(places: readonly string[], count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => places[Math.round(((i + 1) * places.length) / (count + 1))] as string,
  );
}

import type { Spread } from '../core/metric/dimension.ts';

/**
 * Projects: the projects of Wikimedia with the most viewed titles, and letters that split the other projects
 * evenly.
 */
export const PROJECTS: Spread = {
  large: {
    'commons.wikimedia': 4,
    'de.wikipedia': 4,
    'en.wikipedia': 16,
    'es.wikipedia': 4,
    'fr.wikipedia': 4,
    'ja.wikipedia': 2,
    'ru.wikipedia': 4,
    wikidata: 4,
  },
  between: ['c', 'f', 'k', 'p', 't'],
};

/** Referers: projects, and classes of sites. Some classes have a row for nearly every file. */
export const REFERERS: Spread = {
  large: { 'all-referers': 16, 'en.wikipedia': 8, external: 4, internal: 16, none: 4, 'search-engine': 8 },
  between: PROJECTS.between,
};

/** Titles: the commonest first letters. */
export const TITLES: Spread = { between: [...Array.from('ABCDEFGHIJKLMNOPRSTUVW'), 'Ð'] };

/** Paths of files. The names of their folders are digits of a digest, so the paths are evenly distributed. */
export const FILE_PATHS: Spread = {
  between: Array.from('0123456789abcdef').flatMap((digit) =>
    ['0', '8'].map((next) => `/wikipedia/commons/${digit}/${digit}${next}`),
  ),
};

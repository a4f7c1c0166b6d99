import { closed, type Dimension, text } from '../core/metric/dimension.ts';
import type { TopShape } from '../core/metric/metric.ts';
import { count, type Measure } from '../core/metric/measure.ts';

/*
 * The common parts of the metrics about Commons' categories, files and people (AQS: commons-analytics).
 * Field names are those of AQS's tables and of its clients. AQS also has a `context` beside its items,
 * for which no description was found; it is left out.
 */

const SHARED = {
  source: 'AQS: commons-analytics',
  home: 'series',
  grains: { monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  subject: 'category',
  scope: [],
} as const;

export const COMMONS_SERIES = { ...SHARED, shape: { kind: 'series' } } as const;
export const COMMONS_TOP = SHARED;

/** AQS: titles are as MediaWiki stores them, without their namespace. */
const underscored = (value: string): string => value.replaceAll(' ', '_');

const CATEGORY = {
  example: 'Files_from_the_Biodiversity_Heritage_Library',
  allowed: 'a title without "Category:"; "/" written as %2F',
  normalise: underscored,
};
export const category = text(
  'category',
  'A category of Wikimedia Commons with underscores for spaces.',
  CATEGORY,
);
/** For metrics that also have the views of all categories together. */
export const categoryOrAll = text('category', category.doc, { ...CATEGORY, total: 'all-categories' });

export const mediaFile = text('media-file', 'A file of Wikimedia Commons with underscores for spaces.', {
  example: 'The_Earth_seen_from_Apollo_17.jpg',
  allowed: 'a title without "File:"; "/" written as %2F',
  normalise: underscored,
});

/** `deep` is the total: the tree of a category contains the category itself. */
export const categoryScope = closed(
  'category-scope',
  'Whether only what is in the category itself counts (shallow), or its whole tree (deep).',
  ['shallow', 'deep'],
  { total: 'deep' },
);

export const editType = closed(
  'edit-type',
  'Whether a file was made or changed.',
  ['all-edit-types', 'create', 'update'],
  { total: 'all-edit-types' },
);

const WIKI = { example: 'en.wikipedia', allowed: 'a domain without .org' };
export const wiki = text('wiki', 'The wiki whose pages show the files.', {
  example: 'all-wikis',
  allowed: `${WIKI.allowed}, or all-wikis`,
  total: 'all-wikis',
});

export const userName = text('user-name', 'The name of an editor.', {
  example: 'Example',
  allowed: 'a user name, or :all-user-names:',
  total: ':all-user-names:',
});

/* The ranked dimensions of the lists. */
export const rankedEditor = text('user-name', userName.doc, { example: 'Example', allowed: 'a user name' });
export const rankedWiki = text('wiki', 'A wiki whose pages show the files.', WIKI);
export const pageWiki = text('page-wiki', 'The wiki that a page is in.', WIKI);
export const pageTitle = text('page-title', 'A page that shows the files.', {
  example: 'Earth',
  allowed: 'a page title',
  normalise: underscored,
});

/** One page may show several files, so views can't be added up over categories or files. */
export const VIEWS = {
  'pageview-count': count('views', 'Views of the pages that show the files.', { additive: false }),
};
/** One file may be in several categories, so edits can't be added up either. */
export const EDITS = { 'edit-count': count('edits', 'Edits of the files.', { additive: false }) };

/** AQS: a list has at most 100 entries, and each entry is an item. */
export function firstHundred(
  entry: readonly Dimension[],
  measures: Readonly<Record<string, Measure>>,
): TopShape {
  const [rankBy = ''] = Object.keys(measures);
  const fields = [...entry.map(({ name }) => name), rankBy, 'rank'];
  return { kind: 'top', flat: true, list: 'top', entry, rankBy, limit: 100, fields };
}

import { CHAPTERS, LANGUAGES } from './wiki-languages.ts';

/** Wikis whose project isn't said by their name's ending. */
const SPECIAL: Readonly<Record<string, string>> = {
  advisorywiki: 'advisory.wikimedia',
  apiportalwiki: 'api.wikimedia',
  be_x_oldwiki: 'be-tarask.wikipedia',
  commonswiki: 'commons.wikimedia',
  donatewiki: 'donate.wikimedia',
  foundationwiki: 'foundation.wikimedia',
  incubatorwiki: 'incubator.wikimedia',
  labswiki: 'wikitech.wikimedia',
  loginwiki: 'login.wikimedia',
  mediawikiwiki: 'mediawiki',
  metawiki: 'meta.wikimedia',
  nostalgiawiki: 'nostalgia.wikipedia',
  outreachwiki: 'outreach.wikimedia',
  qualitywiki: 'quality.wikimedia',
  sourceswiki: 'wikisource',
  specieswiki: 'species.wikimedia',
  strategywiki: 'strategy.wikimedia',
  tenwiki: 'ten.wikipedia',
  testcommonswiki: 'test-commons.wikimedia',
  testwiki: 'test.wikipedia',
  test2wiki: 'test2.wikipedia',
  testwikidatawiki: 'test.wikidata',
  thankyouwiki: 'thankyou.wikipedia',
  usabilitywiki: 'usability.wikimedia',
  votewiki: 'vote.wikimedia',
  wikidatawiki: 'wikidata',
  wikifunctionswiki: 'wikifunctions',
  wikimaniawiki: 'wikimania.wikimedia',
};

/** The endings of the names of databases, the longest first where one ends in another. */
const FAMILIES: readonly (readonly [ending: string, family: string, before: ReadonlySet<string>])[] = [
  ['wiktionary', 'wiktionary', LANGUAGES],
  ['wikibooks', 'wikibooks', LANGUAGES],
  ['wikinews', 'wikinews', LANGUAGES],
  ['wikiquote', 'wikiquote', LANGUAGES],
  ['wikisource', 'wikisource', LANGUAGES],
  ['wikiversity', 'wikiversity', LANGUAGES],
  ['wikivoyage', 'wikivoyage', LANGUAGES],
  ['wikimedia', 'wikimedia', CHAPTERS],
  ['wiki', 'wikipedia', LANGUAGES],
];

/**
 * The project of a wiki's database: `enwiki` → `en.wikipedia`, `zh_yuewiki` → `zh-yue.wikipedia`;
 * undefined for those that aren't Wikimedia's, or are newer than this list.
 */
export function projectOfWiki(database: string): string | undefined {
  const special = SPECIAL[database];
  if (special !== undefined) return special;
  const year = /^wikimania(\d{4})wiki$/.exec(database)?.[1];
  if (year !== undefined) return `wikimania${year}.wikimedia`;
  for (const [ending, family, before] of FAMILIES) {
    if (!database.endsWith(ending)) continue;
    const language = database.slice(0, -ending.length);
    return before.has(language) ? `${language.replaceAll('_', '-')}.${family}` : undefined;
  }
  return undefined;
}

/** The names of databases that have a project. */
export function knownWikis(): string[] {
  const named = FAMILIES.flatMap(([ending, , before]) => [...before].map((language) => language + ending));
  return [...Object.keys(SPECIAL), ...named];
}

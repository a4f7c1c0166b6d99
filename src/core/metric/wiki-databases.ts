import { CHAPTERS, LANGUAGES } from './wiki-languages.ts';

/** Databases whose project doesn't follow from the ending of their name. */
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

/** The endings of database names. If one ending is the end of another one, the longer one comes first. */
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
 * The project of a wiki's database: `enwiki` → `en.wikipedia`, `zh_yuewiki` → `zh-yue.wikipedia`.
 * Undefined if the wiki isn't Wikimedia's, or newer than this list.
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

/** The names of all known databases. */
export function knownWikis(): string[] {
  const named = FAMILIES.flatMap(([ending, , before]) => [...before].map((language) => language + ending));
  return [...Object.keys(SPECIAL), ...named];
}

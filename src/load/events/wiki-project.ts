/** Wikis whose project isn't said by their name's ending. */
const SPECIAL: Readonly<Record<string, string>> = {
  apiportalwiki: 'api.wikimedia',
  be_x_oldwiki: 'be-tarask.wikipedia',
  commonswiki: 'commons.wikimedia',
  donatewiki: 'donate.wikimedia',
  foundationwiki: 'foundation.wikimedia',
  incubatorwiki: 'incubator.wikimedia',
  labswiki: 'wikitech.wikimedia',
  mediawikiwiki: 'mediawiki',
  metawiki: 'meta.wikimedia',
  outreachwiki: 'outreach.wikimedia',
  qualitywiki: 'quality.wikimedia',
  sourceswiki: 'wikisource',
  specieswiki: 'species.wikimedia',
  strategywiki: 'strategy.wikimedia',
  testwiki: 'test.wikipedia',
  test2wiki: 'test2.wikipedia',
  testwikidatawiki: 'test.wikidata',
  usabilitywiki: 'usability.wikimedia',
  votewiki: 'vote.wikimedia',
  wikidatawiki: 'wikidata',
  wikifunctionswiki: 'wikifunctions',
  wikimaniawiki: 'wikimania.wikimedia',
};

/** The endings of the names of databases, the longest first where one ends in another. */
const FAMILIES: readonly (readonly [ending: string, family: string])[] = [
  ['wiktionary', 'wiktionary'],
  ['wikibooks', 'wikibooks'],
  ['wikinews', 'wikinews'],
  ['wikiquote', 'wikiquote'],
  ['wikisource', 'wikisource'],
  ['wikiversity', 'wikiversity'],
  ['wikivoyage', 'wikivoyage'],
  ['wikimedia', 'wikimedia'],
  ['wiki', 'wikipedia'],
];

/** The project of a wiki's database: `enwiki` → `en.wikipedia`, `zh_yuewiki` → `zh-yue.wikipedia`; undefined for none. */
export function projectOfWiki(database: string): string | undefined {
  const special = SPECIAL[database];
  if (special !== undefined) return special;
  const year = /^wikimania(\d{4})wiki$/.exec(database)?.[1];
  if (year !== undefined) return `wikimania${year}.wikimedia`;
  for (const [ending, family] of FAMILIES) {
    if (!database.endsWith(ending)) continue;
    const language = database.slice(0, -ending.length);
    return /^[a-z][a-z0-9_]*$/.test(language) ? `${language.replaceAll('_', '-')}.${family}` : undefined;
  }
  return undefined;
}

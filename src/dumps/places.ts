import { HOUR_MS, ordinalAt, startOf } from '../core/time/time.ts';

/** A file of a dump. */
export interface DumpFile {
  /** Its path on the server. */
  readonly path: string;
  /** About how large it is, in bytes, if somebody measured one. */
  readonly bytes?: number;
}

/** What a dump's files are for. */
export interface DumpRequest {
  /** The start of the period: an hour, a day or a month, in ms since 1970. */
  readonly at: number;
  /** The wiki, of dumps that have a folder for each: `dewiki`. */
  readonly wiki: string;
}

/** Where a public dump lies, and how its files are named. */
export interface DumpPlace {
  readonly name: string;
  /** What `kraken import` calls its files; undefined if it can't read them. */
  readonly imports?: string;
  /** What it has, in a few words. */
  readonly has: string;
  /** The metrics whose numbers it has. Of several dumps of a metric, the first here is the best. */
  readonly feeds: readonly string[];
  /** The time that a set of files is of. */
  readonly period: 'hourly' | 'daily' | 'monthly';
  /** The first day that it has files of; undefined if nobody knows. */
  readonly since?: string;
  /** The wikis that have files, if it has files by wiki; `any` if they are too many to list. */
  readonly wikis?: readonly string[] | 'any';
  /** The files of a period. A file with checksums comes first. */
  readonly files: (request: DumpRequest) => readonly DumpFile[];
  /** What to know before the files are fetched, in a sentence. */
  readonly note?: string;
}

const VIEWS = ['pageviews-per-article', 'pageviews-top', 'pageviews-aggregate'];

/** The parts of an instant as names of files have them. */
function partsOf(at: number): { year: string; month: string; day: string; compact: string; hour: string } {
  const text = new Date(at).toISOString();
  const [year, month, day] = [text.slice(0, 4), text.slice(0, 7), text.slice(0, 10)];
  return { year, month, day, compact: day.replaceAll('-', ''), hour: text.slice(11, 13) };
}

/** Files of hours are named after the end of their hour, and lie in the folder of that time. */
function hourFile(name: string, ending: string, at: number): string {
  const { year, month, compact, hour } = partsOf(at + HOUR_MS);
  return `/other/pageviews/${year}/${month}/${name}-${compact}-${hour}0000${ending}`;
}

/** From when on the files of each agent exist, with the size of a day in 2021. */
const AGENTS = [
  { agent: 'user', since: Date.UTC(2007, 11, 1), bytes: 500e6 },
  { agent: 'spider', since: Date.UTC(2015, 4, 1), bytes: 1000e6 },
  { agent: 'automated', since: Date.UTC(2020, 3, 1), bytes: 90e6 },
];

function agentFiles(at: number, path: (agent: string) => string, hasSizes: boolean): DumpFile[] {
  return AGENTS.filter(({ since }) => at >= since).map(({ agent, bytes }) => ({
    path: path(agent),
    ...(hasSizes ? { bytes } : {}),
  }));
}

function devices(kind: 'per_domain' | 'per_project_family', period: 'daily' | 'monthly'): DumpPlace {
  return {
    name: `unique-devices-${kind.replaceAll('_', '-')}-${period}`,
    imports: `unique-devices-${kind.replaceAll('_', '-')}`,
    has: `unique devices ${kind.replaceAll('_', ' ')}, ${period}`,
    feeds: ['unique-devices'],
    period,
    files: ({ at }) => {
      const { year, month, day } = partsOf(at);
      const date = period === 'daily' ? day : month;
      return [
        {
          path: `/other/unique_devices/${kind}/${year}/${month}/unique_devices_${kind}_${period}-${date}.gz`,
        },
      ];
    },
  };
}

/** The wikis whose edit history is in files of a month each. Most others are in one file. */
const HISTORY_BY_MONTH = new Set(['enwiki', 'commonswiki', 'wikidatawiki']);

function historyFiles({ at, wiki }: DumpRequest): DumpFile[] {
  const { month: snapshot } = partsOf(at);
  const file = (part: string): DumpFile => ({
    path: `/other/mediawiki_history/${snapshot}/${wiki}/${snapshot}.${wiki}.${part}.tsv.bz2`,
  });
  if (!HISTORY_BY_MONTH.has(wiki)) return [file('all-time')];
  const files: DumpFile[] = [];
  const last = ordinalAt('monthly', at);
  for (let month = ordinalAt('monthly', Date.UTC(2001, 0)); month <= last; month++)
    files.push(file(partsOf(startOf('monthly', month)).month));
  return files;
}

/** Every public dump of Wikimedia whose place is known, the best of each metric first. */
export const DUMP_PLACES: readonly DumpPlace[] = [
  {
    name: 'pageview-complete',
    imports: 'pageview-complete',
    has: 'views of each article, a day a file, with hours; people, spiders and automated clients',
    feeds: VIEWS,
    period: 'daily',
    since: '2007-12-01',
    files: ({ at }) => {
      const { year, month, compact } = partsOf(at);
      const folder = `/other/pageview_complete/${year}/${month}`;
      return agentFiles(at, (agent) => `${folder}/pageviews-${compact}-${agent}.bz2`, true);
    },
  },
  {
    name: 'pageview-complete-monthly',
    imports: 'pageview-complete',
    has: 'views of each article, a month a file, with days',
    feeds: ['pageviews-per-article', 'pageviews-top'],
    period: 'monthly',
    since: '2007-12-01',
    files: ({ at }) => {
      const { year, month } = partsOf(at);
      const folder = `/other/pageview_complete/monthly/${year}/${month}`;
      return agentFiles(at, (agent) => `${folder}/pageviews-${month.replace('-', '')}-${agent}.bz2`, false);
    },
  },
  {
    name: 'pageviews-hourly',
    imports: 'pageviews-hourly',
    has: 'views of each article by people, an hour a file',
    feeds: VIEWS,
    period: 'hourly',
    since: '2015-05-01',
    files: ({ at }) => [{ path: hourFile('pageviews', '.gz', at), bytes: 50e6 }],
  },
  {
    name: 'projectviews',
    imports: 'projectviews',
    has: 'views of each project by people, an hour a file',
    feeds: ['pageviews-aggregate'],
    period: 'hourly',
    since: '2015-05-01',
    files: ({ at }) => [{ path: hourFile('projectviews', '', at), bytes: 19e3 }],
  },
  devices('per_domain', 'daily'),
  devices('per_domain', 'monthly'),
  devices('per_project_family', 'daily'),
  devices('per_project_family', 'monthly'),
  {
    name: 'mediacounts',
    imports: 'mediacounts',
    has: 'requests for each media file, a day a file',
    feeds: ['mediarequests-per-file', 'mediarequests-top', 'mediarequests-aggregate'],
    period: 'daily',
    since: '2015-01-01',
    files: ({ at }) => {
      const { year, day } = partsOf(at);
      return [{ path: `/other/mediacounts/daily/${year}/mediacounts.${day}.v00.tsv.bz2`, bytes: 600e6 }];
    },
  },
  {
    name: 'clickstream',
    imports: 'clickstream-monthly',
    has: 'from which page readers came, a month a file',
    feeds: ['clickstream'],
    period: 'monthly',
    since: '2017-11-01',
    wikis: ['de', 'en', 'es', 'fa', 'fr', 'it', 'ja', 'pl', 'pt', 'ru', 'zh'].map(
      (language) => `${language}wiki`,
    ),
    files: ({ at, wiki }) => {
      const { month } = partsOf(at);
      const path = `/other/clickstream/${month}/clickstream-${wiki}-${month}.tsv.gz`;
      return [{ path, ...(wiki === 'enwiki' ? { bytes: 384e6 } : {}) }];
    },
  },
  {
    name: 'mediawiki-history',
    imports: 'mediawiki-history',
    has: 'all edits of a wiki up to the end of a month',
    feeds: [
      'edits-aggregate',
      'edits-per-page',
      'edits-per-editor',
      'editors-aggregate',
      'editors-top-by-edits',
      'edited-pages-aggregate',
      'edited-pages-new',
      'edited-pages-top-by-edits',
      'registered-users-new',
    ],
    period: 'monthly',
    wikis: 'any',
    files: historyFiles,
    note: 'Only the last two months are kept on the server, and each has the whole history. Some 40 middle-sized wikis have files by year (YYYY in the place of all-time).',
  },
  {
    name: 'mediawiki-content-history',
    has: 'the texts and edits of a wiki as XML',
    feeds: [],
    period: 'monthly',
    wikis: 'any',
    files: ({ at, wiki }) => [
      { path: `/other/mediawiki_content_history/${wiki}/${partsOf(at).day}/xml/bzip2/SHA256SUMS` },
    ],
    note: 'SHA256SUMS names the other files of its folder, which are cut by page numbers: fetch it first, then the files that it names, and check them with sha256sum --check.',
  },
];

import { Shares, type Random } from './random.ts';

/** A site of one's own, whose articles are known by their rank. */
export interface Site {
  readonly host: string;
  /** How its host is asked for, too. */
  readonly otherHosts: readonly string[];
  readonly articles: number;
  readonly ranks: Shares;
  /** Its server writes Apache's combined log, which says less. */
  readonly isCombined: boolean;
}

const HOSTS = [
  'news.example.org',
  'blog.example.net',
  'recipes.example.com',
  'wiki.example.edu',
  'shop.example.com',
  'docs.example.com',
  'example.net',
  'weather.example.com',
  'xn--grten-hra.example',
  'museum.example.org',
  'games.example.net',
  'garden.example.net',
];
/** How many articles the largest site has, for each view of all sites. */
const ARTICLES_PER_REQUEST = 0.03;
const COMBINED = 'garden.example.net';
/** The largest site has a third of all requests. */
export const SITE_SHARES = Shares.zipf(HOSTS.length);

export function sitesFor(requests: number): readonly Site[] {
  return HOSTS.map((host, rank) => {
    const articles = Math.max(50, Math.round((requests * ARTICLES_PER_REQUEST) / (rank + 1)));
    const isCombined = host === COMBINED;
    const otherHosts = [`www.${host}`, host.toUpperCase(), `${host}:443`, `${host}.`];
    return { host, otherHosts, articles, ranks: Shares.zipf(articles), isCombined };
  });
}

const WORDS = (
  'meadow river stone winter bread garden letter island copper violin harbour lantern orchard thunder ' +
  'velvet window saddle market kettle feather anchor basket candle dragon engine forest glacier hammer'
).split(' ');
const word = (number: number): string => WORDS[number % WORDS.length] as string;

/**
 * The path of an article by its rank, in ASCII: where a byte isn't, `escape` says how the log writes it.
 * @param escape of é in UTF-8
 */
export function articlePath(rank: number, escape: string): string {
  if (rank === 0) return '/';
  switch (rank % 25) {
    case 3:
      return `/${word(rank)}/caf%C3%A9-${rank}`;
    case 5:
      return `/${word(rank)}/caf${escape}-${rank}`;
    case 7:
      return `/${word(rank)}-${rank}.html`;
    case 11:
      return `/${word(rank)}/v${rank % 9}.${rank}`;
    case 13:
      return `/2026/11/${word(rank)}-${word(rank >> 5)}-${rank}/`;
    case 17:
      return `/${word(rank)}_(${word(rank >> 3)})/${word(rank >> 5)}+${rank}`;
    case 19:
      return `/index.php/${word(rank)}:${rank}`;
    default:
      return `/${word(rank)}/${word(rank >> 5)}-${rank}`;
  }
}

const QUERIES = ['?utm_source=letter', '?page=2', '?q=a%20b&lang=de', '?ref=/home', '?'];

/** What a page is asked for with: mostly nothing. */
export function queryOf(random: Random): string {
  return random.next() < 0.08 ? random.of(QUERIES) : '';
}

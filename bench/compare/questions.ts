import { articleTitle } from '../generated-articles.ts';

/** The days of an article that a question asks for, by their dates: `20230101`. */
export interface Span {
  readonly start: string;
  readonly end: string;
  readonly days: number;
}

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2023, 0, 1);
/** The rows of each article are those of this many days. */
export const DAYS = 365;
const MONTH_DAYS = 31;
export const FIRST_MONTH = spanOf(0, MONTH_DAYS);
export const YEAR = spanOf(0, DAYS);

/** GraphQL asks for so few articles that all their cells are warm, but never for the same days of one twice. */
const WARM_ARTICLES = 400;
const DOCUMENT = `query ($article: String!, $start: String!, $end: String!) {
  pageviewsPerArticle(project: "en.wikipedia", article: $article, agent: USER, start: $start, end: $end) {
    timestamps
    views
  }
}`;

function spanOf(first: number, days: number): Span {
  const date = (day: number): string =>
    new Date(FIRST_MS + day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  return { start: date(first), end: date(first + days - 1), days };
}

/** Spreads numbers over all below a bound, none twice until all are used. */
function spread(n: number, bound: number): number {
  return (n * 48_271 + 11) % bound;
}

/** The path of an article's days in REST. @param title as the rows have it */
export function pathOf(title: string, { start, end }: Span): string {
  return `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${encodeURIComponent(title)}/daily/${start}/${end}`;
}

/** A request without its headers. */
export interface Request {
  readonly path: string;
  /** The JSON of a POST. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns the n-th request of its kind. */
export type Requests = (n: number) => Request;

export const hot: Requests = () => ({ path: pathOf(articleTitle(1), FIRST_MONTH) });

/** Another article each time. */
export function cold(span: Span, articles: number): Requests {
  return (n) => ({ path: pathOf(articleTitle(spread(n, articles)), span) });
}

/** The same days as rows of an SQL statement, for datasette. */
export function coldRows({ start, end }: Span, articles: number): Requests {
  const sql =
    'select project, article, granularity, timestamp, access, agent, views from rows where article = :article and timestamp between :start and :end order by timestamp';
  return (n) => {
    const article = articleTitle(spread(n, articles));
    const query = new URLSearchParams({
      sql,
      _shape: 'array',
      article,
      start: `${start}00`,
      end: `${end}00`,
    });
    return { path: `/rows.json?${query.toString()}` };
  };
}

/** An operation with its variables. */
function operation(path: string, article: number, { start, end }: Span): Request {
  const variables = { article: articleTitle(article), start, end };
  return { path, body: JSON.stringify({ query: DOCUMENT, variables }) };
}

export const sameOperation =
  (path: string): Requests =>
  () =>
    operation(path, 1, FIRST_MONTH);

/** The same document, and variables that were never there before: a month that begins on any day. */
export function newVariables(path: string, articles: number): Requests {
  const warm = Math.min(articles, WARM_ARTICLES);
  const starts = DAYS - MONTH_DAYS + 1;
  return (n) => {
    const at = spread(n, warm * starts);
    return operation(path, at % warm, spanOf(Math.floor(at / warm), MONTH_DAYS));
  };
}

/** Reads every cell that `newVariables` needs. */
export function warming(path: string, articles: number): readonly Request[] {
  const warm = Math.min(articles, WARM_ARTICLES);
  return Array.from({ length: warm }, (_, article) => operation(path, article, YEAR));
}

/** The bytes of a request. */
export function bytesOf({ path, body, headers = {} }: Request, host: string): Buffer {
  const lines = Object.entries({
    host,
    ...headers,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`,
  );
}

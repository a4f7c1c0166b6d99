/**
 * The rules of Wikimedia's Analytics API (AQS) that touch the families served here, numbered.
 * A test names the rules that it proves in its title, as [P1]; `rules.test.ts` lists those without one.
 */
export const RULES = {
  // Paths and items
  P1: 'pageviews/per-article: daily and monthly; item project, article, granularity, timestamp (YYYYMMDD00), access, agent, views',
  P2: 'pageviews/aggregate: hourly, daily, monthly; all-projects; item project, access, agent, granularity, timestamp (YYYYMMDDHH), views to 2^53-1',
  P3: 'pageviews/top: one item with project, access, year, month, day, articles of article, views, rank',
  P4: 'pageviews/top-by-country: one item with project, access, year, month, countries of country, views (a bucket), rank, views_ceil',
  P5: 'pageviews/top-per-country: one item with country, access, year, month, day, articles of article, project, views_ceil, rank; country in capitals, no all-days data',
  P6: 'unique-devices: item project, access-site, granularity, timestamp (YYYYMMDD), devices, offset, underestimate; all-…-projects are projects like any others',
  P7: 'legacy/pagecounts/aggregate: hourly, daily, monthly; item project, access-site, granularity, timestamp (YYYYMMDDHH), count',
  P8: 'mediarequests/per-file: item referer, file_path, granularity, timestamp, agent, requests; agent automated is refused',
  P9: 'mediarequests/aggregate: item referer, media_type, agent, granularity, timestamp, requests; agent automated is refused',
  P10: 'mediarequests/top: one item with referer, media_type, year, month, day, files of file_path, requests, rank',
  P11: 'edits/aggregate: item project, editor-type, page-type, granularity, results of timestamp (ISO, ms, Z) and edits',
  P12: 'every path is served under /metrics and /api/rest_v1/metrics alike',
  P13: 'a family root with a slash at its end lists its sub-paths, sorted; without one it is no route',
  // Normalisation and validation
  N1: 'project: trimmed, small letters, www. and .org cut off; echoed so',
  N2: 'project: other characters than a-z 0-9 _ . - are 400 with AQS’s words, as a string',
  N3: 'access-site is case-insensitive, and so is granularity',
  N4: 'article: decoded once, spaces become underscores, case and + are kept, %2F is a slash in it, an undecodable % is tolerated',
  N5: 'a slash in a title that is not encoded makes another route: 404',
  N6: 'referer: small letters; internal, external, search-engine, unknown, none and all-referers are kept, others are normalised as projects',
  N7: 'file_path: a leading slash, the last segment percent-encoded but for its punctuation',
  N8: 'media_type is not validated: an unknown one is 404',
  N9: 'a value outside a closed list is 400',
  // Dates
  D1: 'YYYYMMDD and YYYYMMDDHH are both taken for daily and monthly data, the hour ignored, even 24',
  D2: 'more than ten digits, and days that the calendar lacks, are 400: start timestamp is invalid, must be a valid date in YYYYMMDD format',
  D3: 'hourly data, and legacy pagecounts in every granularity, take YYYYMMDDHH only',
  D4: 'the end is included where AQS has it so; start equal to end is one day',
  D5: 'edits: the end is excluded; 20170101/20170131 monthly is 400, 20170101/20170201 is January',
  D6: 'monthly: only months that lie wholly in the range; 20240115-20240315 is February',
  D7: 'monthly: a range without a whole month is 400: no full months found in specified date range',
  D8: 'unique-devices: months are rows like any others; no whole month is needed',
  D9: 'start after end is 400: start timestamp should be before the end timestamp',
  D10: 'tops: year of four digits, month and day of two; 3 is 400; all-days for the month; Given year/month/day is invalid date',
  D11: 'there is no longest range for one series',
  // Rows
  R1: 'rows that do not exist are left out; nothing at all is 404',
  R2: 'a null in the source is 0',
  R3: 'tops are ranked by competition: ties share a rank, the next is skipped; what is tied with the one after the limit is dropped',
  R4: 'country views are rounded up, to 1000 by country and to 100 per country; buckets hold their upper power of ten',
  R5: 'counts are exact to 2^53-1',
  // Errors
  E1: '404 for data: detail, method, status, title, type about:blank, uri, as 2.0 words it',
  E2: '404 for a path that is no route: invalid route; hours of articles are one too',
  E3: 'every error is application/problem+json, its detail a string',
  E4: 'uri is the public path without /api/rest_v1',
  // Headers
  H1: '200: cache-control s-maxage=14400, max-age=14400 for closed ranges; application/json; charset=utf-8; an ETag',
  H2: 'CORS on every answer, errors too: any origin, GET,HEAD, the listed headers, etag exposed; OPTIONS is 200',
  H3: 'nosniff, frame options, referrer policy, CSP; gzip or brotli where accepted',
  H4: '404 for data may be kept 600 s',
} as const;

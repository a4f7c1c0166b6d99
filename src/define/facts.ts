import type { RequestFacts } from './decide.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Returns what a row of the stream `webrequest` says. Its `-` is a missing value to the rules. */
export function factsOfRequest(row: Fields): RequestFacts {
  return {
    host: text(row['uri_host']) ?? '',
    path: text(row['uri_path']) ?? '',
    query: text(row['uri_query']),
    // A server's log always has them, so that a missing one isn't taken for a view that a page reports.
    method: text(row['http_method']) ?? '-',
    status: text(row['http_status']) ?? '-',
    contentType: text(row['content_type']),
    userAgent: text(row['user_agent']),
    referer: text(row['referer']),
    address: text(row['ip']),
    xAnalytics: text(row['x_analytics']),
  };
}

/** Returns what a row of the stream `pageview` says. */
export function factsOfPageview(row: Fields): RequestFacts {
  const { status, no_cookies: noCookies, is_mobile: saysMobile } = row;
  return {
    host: text(row['site']) ?? '',
    path: text(row['path']) ?? '',
    status: typeof status === 'number' ? String(status) : undefined,
    contentType: text(row['content_type']),
    userAgent: text(row['user_agent']),
    referer: text(row['referrer']),
    address: text(row['address']),
    lastAccess: text(row['last_access']),
    ...(typeof noCookies === 'boolean' && { noCookies }),
    ...(typeof saysMobile === 'boolean' && { saysMobile }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

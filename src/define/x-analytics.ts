/** The keys of X-Analytics that say something about the page. All others may differ from view to view. */
export const PAGE_KEYS = ['debug', 'ns', 'pageview', 'preview', 'special'];

/** Reads an X-Analytics header: `ns=0;page_id=5;https=1`. `-` stands for none. The first of two equal keys counts. */
export function xAnalyticsOf(header: string | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (header === undefined || header === '-') return values;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const key = pair.slice(0, equals).trim();
    if (!values.has(key)) values.set(key, pair.slice(equals + 1).trim());
  }
  return values;
}

/** Returns the part of a header that `pageOf` looks at. */
export function pageMarks(header: string): string {
  return header
    .split(';')
    .filter((pair) => PAGE_MARK.test(pair))
    .join(';');
}

const PAGE_MARK = new RegExp(`^\\s*(${PAGE_KEYS.join('|')})\\s*=`);

/**
 * Returns an expression of DuckDB's SQL for the part of a header that `pageOf` looks at. There are few such
 * parts, while whole headers differ from device to device.
 * @param column an expression of the header, which may be NULL
 */
export function pageMarksSql(column: string): string {
  const wanted = `regexp_matches(pair, '^\\s*(${PAGE_KEYS.join('|')})\\s*=')`;
  return `array_to_string(list_filter(string_split(${column}, ';'), lambda pair: ${wanted}), ';')`;
}

/** Returns an expression of DuckDB's SQL for the value of a key of a header; NULL where it has none. */
export function markSql(column: string, key: string): string {
  return `nullif(trim(regexp_extract(${column}, '(?:^|;)\\s*${key}\\s*=([^;]*)', 1)), '')`;
}

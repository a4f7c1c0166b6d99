/** The keys of X-Analytics that say something about the page. All others may differ from view to view. */
export const PAGE_KEYS = ['debug', 'ns', 'pageview', 'preview', 'special'] as const;

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

/**
 * Whether a person opens an answer in a browser. Its table may then end up in a spreadsheet. Browsers accept
 * XHTML when somebody follows a link. Programs don't, and neither does a script's `fetch`. (`text/html` is
 * not enough: Java's HttpURLConnection accepts it.)
 */
export function isOpenedInBrowser(accept: string | undefined): boolean {
  return accept?.includes('application/xhtml+xml') ?? false;
}

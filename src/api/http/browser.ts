/**
 * Whether a person opens an answer in a browser, so that a table of it ends in a spreadsheet. Browsers
 * take XHTML where somebody follows a link; programs don't, nor does a script's `fetch`. (`text/html`
 * alone tells less: Java's HttpURLConnection takes it.)
 */
export function isOpenedInBrowser(accept: string | undefined): boolean {
  return accept?.includes('application/xhtml+xml') ?? false;
}

/**
 * Sets the browser's language to English if Intl refuses it. If the system has no language, a browser may
 * report en-US@posix, and then uPlot throws while it is loaded. The pages are in English anyway.
 */
export function settleLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

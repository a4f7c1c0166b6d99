/**
 * Gives a browser whose language Intl refuses another one. uPlot reads it as soon as it is loaded, and
 * throws: where the system names no language, a browser may say en-US@posix. Pages are in English anyway.
 */
export function settleLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

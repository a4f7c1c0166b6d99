/*
 * uPlot reads the browser's language as soon as it is there, and throws where Intl refuses it: a
 * browser whose system names no language may say en-US@posix. Pages are in English anyway. This has to
 * be imported before uPlot is.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en' });
}

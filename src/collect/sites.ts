/** Returns a function that says whether a host matches one of the patterns: `example.org`, `*.example.org`, `*`. */
export function siteMatcher(patterns: readonly string[]): (host: string) => boolean {
  const exact = new Set(patterns);
  if (exact.has('*')) return () => true;
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (host) => exact.has(host) || endings.some((ending) => host.endsWith(ending));
}

/** Labels that only versions of a site have, such as the one for phones: en.m.wikipedia.org. */
const QUALIFIERS = new Set(['m', 'mobile', 'wap', 'zero', 'www', 'download']);

/** Returns a host without these labels. */
export function plainHost(host: string): string {
  const labels = host.split('.');
  const domain = labels.slice(-2);
  return [...labels.slice(0, -2).filter((label) => !QUALIFIERS.has(label)), ...domain].join('.');
}

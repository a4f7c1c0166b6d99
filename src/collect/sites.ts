/** Tells whether a host is one of those that patterns name: `example.org`, `*.example.org`, `*`. */
export function siteMatcher(patterns: readonly string[]): (host: string) => boolean {
  const exact = new Set(patterns);
  if (exact.has('*')) return () => true;
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (host) => exact.has(host) || endings.some((ending) => host.endsWith(ending));
}

/** Labels by which a site's versions for phones and its own names differ: en.m.wikipedia.org. */
const QUALIFIERS = new Set(['m', 'mobile', 'wap', 'zero', 'www', 'download']);

/** A host without them: the same site, however it is reached. */
export function plainHost(host: string): string {
  const labels = host.split('.');
  const domain = labels.slice(-2);
  return [...labels.slice(0, -2).filter((label) => !QUALIFIERS.has(label)), ...domain].join('.');
}

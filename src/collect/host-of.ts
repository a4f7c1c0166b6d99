const HOST =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$|^\[[0-9a-f:.]+\]$/;

/** A host as it is kept: in small letters (IDNA), without its port and last dot; undefined for what is none. */
export function hostOf(text: string): string | undefined {
  if (text === '' || text.length > 300) return undefined;
  // Most hosts come as they are kept.
  if (HOST.test(text)) return text;
  if (/[/?#@\\\s]/.test(text)) return undefined;
  const plain = text
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');
  if (HOST.test(plain)) return plain;
  try {
    const { hostname } = new URL(`http://${text}/`);
    return HOST.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

const HOST =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$|^\[[0-9a-f:.]+\]$/;

/** Returns a host in its stored form: lower case (IDNA), without port and final dot; undefined if the text is no host. */
export function hostOf(text: string): string | undefined {
  if (text === '' || text.length > 300) return undefined;
  // Most hosts already have this form.
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

/** The maximum length of a file name, in characters, without its ending. */
const MAX_LENGTH = 120;

/**
 * Returns the `Content-Disposition` of an answer to save: `attachment; filename="Cat-2024.csv"`. With any
 * requested name, the file name can't lead out of its folder, and it ends with the format's suffix.
 * @param name the requested name; if it is empty, the name is made from `parts`
 * @param parts the metric and the values of its path's parameters
 * @param suffix `.csv`
 */
export function attachment(name: string, parts: readonly string[], suffix: string): string {
  const wanted = name.toLowerCase().endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const stem = harmless(wanted) || harmless(parts.join('-')) || 'data';
  const plain = stem.replace(/[^ -~]/g, '_');
  const file = `attachment; filename="${plain}${suffix}"`;
  return plain === stem ? file : `${file}; filename*=UTF-8''${encoded(stem + suffix)}`;
}

/** Removes the characters of a name that have a meaning for file systems, headers or shells. */
function harmless(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()+,-]+/gu, '_')
    .replace(/^[. _-]+/, '');
  return Array.from(safe).slice(0, MAX_LENGTH).join('').trimEnd();
}

/** Encodes a text by RFC 8187. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The longest name of a file, in characters, without its ending. */
const LONGEST = 120;

/**
 * `Content-Disposition` of an answer that is to be saved: `attachment; filename="Cat-2024.csv"`. The
 * name can lead out of no folder and ends in what the file is, whatever was asked for.
 * @param name as asked; empty for one made of what is asked
 * @param parts what is asked: the metric and the values of its path's parameters
 * @param suffix `.csv`
 */
export function attachment(name: string, parts: readonly string[], suffix: string): string {
  const wanted = name.toLowerCase().endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const stem = harmless(wanted) || harmless(parts.join('-')) || 'data';
  const plain = stem.replace(/[^ -~]/g, '_');
  const file = `attachment; filename="${plain}${suffix}"`;
  return plain === stem ? file : `${file}; filename*=UTF-8''${encoded(stem + suffix)}`;
}

/** A name with nothing in it that a file system, a header or a shell takes for something else. */
function harmless(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()+,-]+/gu, '_')
    .replace(/^[. _-]+/, '');
  return Array.from(safe).slice(0, LONGEST).join('').trimEnd();
}

/** RFC 8187. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

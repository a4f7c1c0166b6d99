import { decodeSegment } from '../../core/question/metric-paths.ts';

/**
 * Returns the id of a question: its path under `/metrics`, with `~` for each slash, and `!` and two hex
 * digits for each byte that isn't a letter, a digit or one of `._()-`. Limn escapes ids in URLs, and its
 * proxy unescapes paths. Both leave these characters alone, so the id is the same everywhere.
 * @param path such as `/pageviews/per-article/en.wikipedia/…/Cat%7CDog/daily/20240101/latest`
 */
export function sourceIdOf(path: string): string {
  return path
    .slice(1)
    .split('/')
    .map((segment) => [...Buffer.from(decodeSegment(segment))].map(escaped).join(''))
    .join('~');
}

/** Returns the percent-encoded path of a question's id. Any other text becomes a path that doesn't exist. */
export function pathOfSourceId(id: string): string {
  const segments = id.split('~').map((segment) => {
    const bytes = segment.replace(/%/g, '!25').replace(/!([0-9a-f]{2})/gi, '%$1');
    return encodeURIComponent(decodeSegment(bytes));
  });
  return `/${segments.join('/')}`;
}

/** Whether a text may be the id of a question. Ids of other graphs have no `~`. */
export function isSourceId(id: string): boolean {
  return id.includes('~');
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9._()-]/.test(character)) return character;
  return `!${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

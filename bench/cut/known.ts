import { isDeepStrictEqual } from 'node:util';

type Row = Readonly<Record<string, unknown>>;

/** What a client printed. */
export interface Told {
  readonly event: string;
  readonly data: string;
  /** Empty if the client has none. */
  readonly id: string;
}

/** What a client knows of one answer, from what it was told; and where it was told something twice or wrongly. */
export class Known {
  /** By what identifies a row. */
  readonly rows = new Map<string, Row>();
  /** What was told again though it was known. */
  readonly repeated: string[] = [];
  /** What doesn't go with what was told before: something between was lost. */
  readonly wrong: string[] = [];
  /** The ids that were of no use. */
  readonly resets: string[] = [];
  #asOf = '';

  /** @param lastId what the client had before */
  tell(event: string, data: Row, lastId: string): void {
    if (event === 'reset') {
      this.resets.push(`${new Date().toISOString()} after ${lastId}`);
      this.rows.clear();
    } else if (event === 'point' || event === 'provisional' || event === 'correction') this.#row(event, data);
  }

  #row(event: string, data: Row): void {
    const { was, removed, ...item } = data;
    const row = rowOf(item);
    const key = keyOf(row);
    const before = this.rows.get(key);
    const text = `${event} ${JSON.stringify(data)}`;
    if (event === 'provisional') {
      if (before && !before['provisional']) this.wrong.push(`closed already: ${text}`);
      else if (before && isSame(before, row)) this.repeated.push(text);
      const asOf = String(row['asOf']);
      if (asOf < this.#asOf) this.wrong.push(`older than ${this.#asOf}: ${text}`);
      this.#asOf = asOf;
    } else if (event === 'point') {
      if (before && !before['provisional']) this.repeated.push(text);
    } else {
      const expected = removed === true ? row : rowOf(was as Row);
      if (!before || !isSame(before, expected))
        this.wrong.push(`known is ${JSON.stringify(before)}: ${text}`);
    }
    if (removed === true) this.rows.delete(key);
    else this.rows.set(key, row);
  }

  /** How the rows of a client differ from REST's, each entry of a list by itself; a line each. Rows that a moving range has left behind are no difference. */
  differences(items: readonly Row[]): string[] {
    const expected = new Map(items.map((item) => [keyOf(rowOf(item)), rowOf(item)]));
    const first = [...expected.values()].map(timeOf).sort()[0] ?? '';
    const lines: string[] = [];
    for (const [key, row] of expected) {
      const own = this.rows.get(key);
      if (!own) lines.push(`missing: ${JSON.stringify(row)}`);
      else if (!isSame(own, row)) lines.push(`${JSON.stringify(own)} instead of ${JSON.stringify(row)}`);
    }
    for (const [key, row] of this.rows)
      if (!expected.has(key) && timeOf(row) >= first) lines.push(`not in REST: ${JSON.stringify(row)}`);
    return lines;
  }
}

/** Items with one entry each, as streams have them: an entry of a list has its place. */
export function itemsAlone(items: readonly Row[]): Row[] {
  return items.flatMap((item) => {
    const { articles } = item;
    return Array.isArray(articles)
      ? articles.map((entry, i) => ({ ...item, articles: [entry as Row], place: i + 1 }))
      : [item];
  });
}

/** An item as one row, also if its measures are in an entry. */
function rowOf(item: Row): Row {
  const { articles, ...rest } = item;
  return { ...rest, ...(Array.isArray(articles) ? (articles[0] as Row) : {}) };
}

/** What identifies a row: the place of an entry of a ranked list, the dimensions of all others. */
function keyOf(row: Row): string {
  const { article, place } = row;
  const others = { ...row, views: undefined, provisional: undefined, asOf: undefined };
  const named = { ...others, article: undefined, rank: undefined, place: undefined };
  const texts = Object.entries(named).map((entry) => JSON.stringify(entry));
  return JSON.stringify([texts.sort(), place ?? article]);
}

/** Whether two rows say the same. As of when they say it doesn't count. */
function isSame(one: Row, other: Row): boolean {
  return isDeepStrictEqual({ ...one, asOf: undefined }, { ...other, asOf: undefined });
}

function timeOf({ timestamp }: Row): string {
  return typeof timestamp === 'string' ? timestamp : '';
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A row as AQS answers it. */
export interface Row {
  readonly project: string;
  readonly article: string;
  readonly granularity: string;
  readonly timestamp: string;
  readonly access: string;
  readonly agent: string;
  readonly views: number;
}

/** Reads rows in NDJSON. @returns the rows of each article, in order */
export async function readRows(path: string): Promise<Map<string, Row[]>> {
  const found = new Map<string, Row[]>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const row = JSON.parse(line) as Row;
    const known = found.get(row.article);
    if (known) known.push(row);
    else found.set(row.article, [row]);
  }
  return found;
}

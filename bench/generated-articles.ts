import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const WORDS = 'List History Battle River County Film Season Album University Station Museum Island'.split(
  ' ',
);

/** A made-up title that looks like one of Wikipedia's. */
export function articleTitle(index: number): string {
  const word = (n: number): string => WORDS[n % WORDS.length] as string;
  const name = `${word(index)}_of_${word(index * 7 + 3)}_${index}`;
  return index % 5 === 0 ? `${name}_(disambiguation)` : index % 11 === 0 ? `${name}_–_Übersicht` : name;
}

/**
 * Writes daily per-article rows as NDJSON, the days of one article after the other: made-up numbers.
 * @returns how many rows were written
 */
export async function writeArticleDays(path: string, articles: number, days: number): Promise<number> {
  const out = createWriteStream(path);
  const start = Date.UTC(2023, 0, 1);
  const timestamps = Array.from({ length: days }, (_, day) =>
    new Date(start + day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  for (let article = 0; article < articles; article++) {
    const level = 20 + ((article * 7919) % 5000);
    const head = `{"project":"en.wikipedia","article":${JSON.stringify(articleTitle(article))},"granularity":"daily","timestamp":"`;
    const lines = timestamps.map((timestamp, day) => {
      const views = level + ((article * 31 + day * 17) % level) + (day % 7 < 5 ? level >> 2 : 0);
      return `${head}${timestamp}00","access":"all-access","agent":"user","views":${views}}\n`;
    });
    if (!out.write(lines.join(''))) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return articles * days;
}

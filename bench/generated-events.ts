import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

const START = Date.UTC(2022, 0, 1);
const END = Date.UTC(2024, 0, 1);
const TYPES = ['user', 'user', 'user', 'user', 'anonymous', 'group-bot', 'name-bot'] as const;

/** Numbers that look like chance and are the same each time: 0 to 1, without 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Writes made-up events of two years of one wiki as CSV: revisions, and a creation for every page
 * and account. As in real wikis few pages and few editors have most of the edits.
 * @returns how many events were written
 */
export async function writeEvents(
  path: string,
  { revisions, pages, editors }: { revisions: number; pages: number; editors: number },
): Promise<number> {
  const out = createWriteStream(path);
  const next = chance(42);
  const line = async (...fields: (string | number | boolean)[]) => {
    if (!out.write(`test.wikipedia,${fields.join(',')}\n`)) await once(out, 'drain');
  };
  const time = (share: number) => new Date(START + Math.floor(share * (END - START))).toISOString();
  const editor = (n: number) => [`Editor_${n}`, TYPES[n % TYPES.length] as string] as const;
  const page = (n: number) => [`Page_about_something_${n}`, n % 4 === 0 ? 'non-content' : 'content'] as const;
  out.write(
    'project,event_id,entity,user_text,editor_type,page_title,page_type,deleted,redirect,self_created,bytes_diff,timestamp\n',
  );
  for (let n = 0; n < pages; n++)
    await line(
      `p${n}`,
      'page',
      ...editor(n % editors),
      ...page(n),
      'false',
      n % 9 === 0,
      'false',
      0,
      time(n / pages),
    );
  for (let n = 0; n < editors; n++)
    await line(
      `u${n}`,
      'user',
      `Editor_${n}`,
      'user',
      '',
      'non-content',
      'false',
      'false',
      n % 10 > 0,
      0,
      time(n / editors),
    );
  for (let n = 0; n < revisions; n++) {
    const who = Math.floor(editors * next() ** 3);
    const what = Math.floor(pages * next() ** 2);
    const bytes = Math.floor(next() * 2000) - 600;
    await line(
      `r${n}`,
      'revision',
      ...editor(who),
      ...page(what),
      n % 40 === 0,
      what % 9 === 0,
      'false',
      bytes,
      time(n / revisions),
    );
  }
  out.end();
  await finished(out);
  return pages + editors + revisions;
}

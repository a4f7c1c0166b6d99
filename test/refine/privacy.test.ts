import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { rowsOf, TestLake } from './lake.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 10, 29, 12);
/** What is personal, as nobody else writes it. */
const MARKS = ['203.0.113.77', 'MarkedBrowser/77.7', 'xx-Marked'];

/** The files below a folder in which a mark is, with the marks; Parquet files are read. */
async function filesWithMarks(folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    let text = (await readFile(path)).toString('latin1');
    if (text.startsWith('PAR1')) text += inspect(await rowsOf(path), { depth: null, maxArrayLength: null });
    const marks = MARKS.filter((mark) => text.includes(mark));
    if (marks.length > 0) found[path.slice(folder.length + 1)] = marks;
  }
  return found;
}

void test(
  'what is personal is in the log and the raw tables only, and nowhere after its time',
  { timeout: 120_000 },
  async () => {
    const lake = await TestLake.make(NOON);
    try {
      const [address, agent, language] = MARKS;
      const user_agent = `Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 ${agent}`;
      const dt = new Date(NOON - HOUR_MS / 2).toISOString();
      await lake.requests({ dt, uri_path: '/a', ip: address, user_agent, accept_language: language });
      await lake.pageviews({ dt, path: '/b', address, user_agent, language });
      const all = async (): Promise<void> => {
        await lake.load();
        await lake.refine();
      };
      await all();
      lake.clock.ms += HOUR_MS;
      await all();
      assert.equal((await lake.views()).length, 2);
      const held = await filesWithMarks(lake.folder);
      const folders = new Set(
        Object.keys(held).map((path) => path.replace(/^(events.[^/]+|lake.raw.[^/]+).*/, '$1')),
      );
      assert.deepEqual([...folders].toSorted(), [
        'events/pageview',
        'events/webrequest',
        'lake/raw/pageview',
        'lake/raw/webrequest',
      ]);
      assert.ok(
        Object.values(held).every((marks) => marks.length === MARKS.length),
        JSON.stringify(held),
      );

      lake.clock.ms += 8 * DAY_MS;
      // A log's last segment goes once it isn't written any more.
      await lake.requests({ dt: new Date(lake.clock.ms).toISOString(), uri_path: '/' });
      await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString() });
      await all();
      // Replaced files stay a minute for readers.
      lake.clock.ms += 120_000;
      await all();
      assert.deepEqual(await filesWithMarks(lake.folder), {});
      assert.equal((await lake.views()).length, 4);
    } finally {
      await lake.close();
    }
  },
);

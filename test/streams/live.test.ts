import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import type { Streams } from '../../src/streams/folder.ts';
import { LiveStreams } from '../../src/streams/live.ts';

const stream = (name: string, title = 'A title') =>
  `stream: ${name}\ntitle: ${title}\nowner: somebody\nfields: { a: text }\n`;

void test(
  'streams follow their files while the process runs, and a mistake takes none away',
  { timeout: 30_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kraken-streams-'));
    const reports: Streams[] = [];
    // The timer of LiveStreams doesn't keep the process alive.
    const alive = setInterval(() => undefined, 1_000);
    let next: () => void = () => undefined;
    const live = new LiveStreams(
      [folder],
      (streams) => {
        reports.push(streams);
        next();
      },
      10,
    );
    /** Makes a change and waits until it is reported. */
    const change = async (work: () => Promise<void>): Promise<void> => {
      const changed = new Promise<void>((resolve) => (next = resolve));
      await work();
      await changed;
    };
    const write = (name: string, text: string) => () => writeFile(join(folder, name), text);
    try {
      await write('a.yaml', stream('a'))();
      await live.start();
      assert.deepEqual(
        [...live.current.keys()],
        ['pageview', 'action', 'webrequest', 'mediawiki.revision-create', 'rejects', 'a'],
      );

      await change(write('b.yaml', stream('b')));
      assert.deepEqual(
        [...live.current.keys()],
        ['pageview', 'action', 'webrequest', 'mediawiki.revision-create', 'rejects', 'a', 'b'],
      );

      await change(write('a.yaml', stream('a', 'Another')));
      assert.equal(live.current.get('a')?.title, 'Another');

      await change(write('a.yaml', stream('a').replace('owner', 'ownr')));
      assert.equal(live.current.get('a')?.title, 'Another', 'it goes on as it was');
      assert.deepEqual(reports.at(-1)?.mistakes.map(mistakeLine), [
        'a.yaml:3:1: ownr is not a member of a stream: did you mean owner?',
      ]);

      await change(() => rm(join(folder, 'a.yaml')));
      assert.deepEqual(
        [...live.current.keys()],
        ['pageview', 'action', 'webrequest', 'mediawiki.revision-create', 'rejects', 'b'],
      );
    } finally {
      clearInterval(alive);
      await live.stop();
      await rm(folder, { recursive: true });
    }
  },
);

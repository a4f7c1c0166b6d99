import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Processes } from '../support/process.ts';
import { SITE, untilViews, viewsOf } from './live-views.ts';

const processes = new Processes();
after(() => processes.end());

void test(
  'a view is counted at once, also while it is loaded and refined, and after a kill',
  { timeout: 240_000 },
  async () => {
    const data = processes.folder();
    let sent = 0;
    for (let round = 0; round < 2; round++) {
      const { kraken, api, admin } = await processes.serve(data, '--collect');
      const send = async (count: number): Promise<void> => {
        const events = Array.from({ length: count }, (_, i) => ({
          meta: { stream: 'pageview', id: `${round}-${sent}-${i}` },
          site: SITE,
          path: `/${i % 3}`,
        }));
        const answer = await fetch(`${api}/v1/events`, { method: 'POST', body: JSON.stringify(events) });
        assert.equal(answer.status, 201);
        sent += count;
      };
      // After a kill, what was counted before is there again.
      await untilViews(api, (views) => views === sent);
      for (let i = 0; i < 30; i++) {
        await send(1 + (i % 4));
        const expected = sent;
        await untilViews(api, (views) => views >= expected);
        assert.equal((await viewsOf(api)).views, expected);
        await sleep(300);
      }
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      assert.match(metrics, /^kraken_live_counting 1$/m);
      assert.match(metrics, /^kraken_live_rows \d+$/m);
      const ended = await kraken.kill(round === 0 ? 'SIGKILL' : 'SIGTERM');
      assert.equal(ended.stderr, '');
    }
  },
);

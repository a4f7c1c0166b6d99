/**
 * Collects events of its own making until it is killed, and prints the ids that were acknowledged. Some
 * are sent twice, as by a sender that didn't hear the answer.
 * `node dist/test/raw/sender.js LOG-FOLDER RUN EVENTS-A-SECOND`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLog } from '../../src/log/files/open.ts';

const [folder = '', run, rate = '2000'] = process.argv.slice(2);
const log = await openFileLog(folder, 'a test', { segmentBytes: 200_000 });
const BATCH = 10;
const SENDERS = 4;
const pauseMs = (1000 * BATCH * SENDERS) / Number(rate);

async function send(sender: number): Promise<never> {
  let before: Buffer[] = [];
  for (let count = 0; ; count += BATCH) {
    const begun = performance.now();
    const ids = Array.from({ length: BATCH }, (_, index) => `${run}-${sender}-${count + index}`);
    const values = ids.map((id) => {
      const meta = { stream: 'pageview', id, dt: new Date().toISOString(), domain: 'example.org' };
      const user_agent = 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0';
      const event = { meta, site: 'example.org', path: `/page/${id}`, user_agent, address: '192.0.2.1' };
      return Buffer.from(JSON.stringify(event).padEnd(400));
    });
    await log.append('pageview', [...values, ...before]);
    before = count % 50 === 0 ? values.slice(0, 2) : [];
    process.stdout.write(`${ids.join('\n')}\n`);
    await sleep(Math.max(0, pauseMs - (performance.now() - begun)));
  }
}

await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));

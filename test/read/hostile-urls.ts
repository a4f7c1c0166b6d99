import type { PathQuestion } from '../../src/core/question/question.ts';
import { createHash } from 'node:crypto';
import { startGateway } from '../support/gateway.ts';
import { growthBy } from '../support/memory.ts';

/*
 * A program of its own, for the runner of tests remembers something of every request: asks a gateway for
 * many long URLs, and prints how much more it holds then, and how often what differs in an ignored query
 * only was planned.
 */

const gateway = await startGateway({ flags: { answerCacheMb: '1', cellCacheMb: '1' } });
await gateway.loadSample();
const { api, road } = gateway.app;
const path = '/metrics/unique-devices/en.wikipedia/all-sites/monthly';
const range = '20200101/20201231';

async function get(url: string): Promise<void> {
  const { statusCode, body } = await api.inject({ url, headers: { host: 'localhost' } });
  if (statusCode !== 200) throw new Error(body);
}

/** A text that no other number has, as one piece. */
function textOf(n: number, length: number): string {
  const digest = createHash('sha256').update(String(n)).digest('hex');
  return Buffer.from(digest.repeat(Math.ceil(length / 64)).slice(0, length)).toString();
}

await get(`${path}/${range}`);
const grown = await growthBy(async () => {
  for (let i = 0; i < 2500; i++) await get(`${path}/${range}?x=${textOf(i, 14_000)}`);
  for (let i = 0; i < 1500; i++) {
    const projects = Array.from({ length: 60 }, (_, n) => textOf(i * 60 + n, 20)).join('%7C');
    await get(`${path.replace('en.wikipedia', `en.wikipedia%7C${projects}`)}/${range}`);
  }
});
let planned = 0;
const plan = road.plan.bind(road);
road.plan = ((question: PathQuestion) => {
  planned++;
  return plan(question);
}) as typeof road.plan;
for (let i = 0; i < 100; i++) await get(`${path}/20200101/20200630?_=${i}&time=${i}`);
await gateway.close();
process.stdout.write(JSON.stringify({ grown, planned }));

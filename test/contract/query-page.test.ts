import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* The examples of docs/query.md, over the sample. */

const PAGE = readFileSync(new URL('../../../docs/query.md', import.meta.url), 'utf8');

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
});
after(() => gateway.close());

interface Sent {
  status: number;
  body: { rows: unknown[]; parameter?: string; detail?: string };
}

void test('every question in docs/query.md has rows, and those that are shown are its rows', async () => {
  const blocks = [...PAGE.matchAll(/```json\n([^`]*)```/g)].map(
    (match) => JSON.parse(match[1] as string) as unknown,
  );
  const questions = blocks.filter((block) => !Array.isArray(block)) as object[];
  assert.equal(questions.length, 8);
  const answers: Sent[] = [];
  for (const question of questions) {
    const { status, text } = await gateway.agent().post('/query').send(question);
    answers.push({ status, body: JSON.parse(text) as Sent['body'] });
  }
  const wrong = answers.pop() as Sent;
  assert.deepEqual([wrong.status, wrong.body.parameter], [400, 'where.editor-typ']);
  assert.ok(PAGE.includes(`"${wrong.body.detail}"`));
  for (const { status, body } of answers) {
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok(body.rows.length > 0);
  }
  assert.deepEqual(blocks.find(Array.isArray), answers[0]?.body.rows);
});

void test('every URL in docs/query.md is answered', async () => {
  const urls = [...PAGE.matchAll(/`(\/query\?metric=[^`…]*)`/g)].map((match) => match[1] as string);
  assert.ok(urls.length > 0);
  for (const url of urls) {
    const { status, text } = await gateway.get(url);
    assert.equal(status, 200, url);
    assert.ok((JSON.parse(text) as Sent['body']).rows.length > 0);
  }
});

/*
 * node:http over LMDB that has a finished answer for each path: node dist/bench/servers/lmdb.js ANSWER.json ROWS.ndjson FOLDER
 * That is the least that a miss costs in Node.
 */
import { createServer } from 'node:http';
import { open } from 'lmdb';
import { FIRST_MONTH, pathOf } from '../compare/questions.ts';
import { readFinished } from './finished-answer.ts';
import { listen } from './listen.ts';
import { readRows } from './rows.ts';

const [answer = '', rows = '', path = ''] = process.argv.slice(2);
const { headers } = readFinished(answer);
const store = open<Buffer, string>({ path, encoding: 'binary' });
for (const [article, days] of await readRows(rows)) {
  const items = days.slice(0, FIRST_MONTH.days);
  await store.put(pathOf(article, FIRST_MONTH), Buffer.from(JSON.stringify({ items })));
}
// Lengths differ by article, and their digests aren't made anew.
const own = headers.filter((_, i) => headers[i - (i % 2)] !== 'content-length');
listen(
  createServer(({ url = '' }, response) => {
    const body = store.getBinary(url);
    response.writeHead(body ? 200 : 404, [...own, 'content-length', String(body?.length ?? 0)]);
    response.end(body);
  }),
);

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* The examples of docs/limn.md and docs/grafana.md, over the sample. */

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
const blocks = (text: string): unknown[] =>
  [...text.matchAll(/```json\n([^`]*)```/g)].map((match) => JSON.parse(match[1] as string) as unknown);

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
});
after(() => gateway.close());

void test('every graph of the dashboard in docs/limn.md is a table with rows', async () => {
  const [dashboard] = blocks(page('limn')) as { tabs: { graph_ids: string[] }[] }[];
  const urls = dashboard?.tabs.flatMap(({ graph_ids }) => graph_ids) ?? [];
  assert.equal(urls.length, 2);
  for (const url of urls) {
    const { pathname } = new URL(url);
    const { statusCode, body } = await gateway.app.api.inject(pathname);
    assert.equal(statusCode, 200, pathname);
    assert.match(body, /^date,.*\n\d{4}-\d\d-01,\d+/);
  }
});

void test('every path of a question in docs/limn.md is answered, spelt as a path as well', async () => {
  const paths = [...page('limn').matchAll(/`(\/limn\/[^`]*(?:latest|all)(?:\.json|\.csv)?)`/g)];
  assert.equal(paths.length, 3);
  for (const [, path = ''] of paths) assert.equal((await gateway.app.api.inject(path)).statusCode, 200, path);
});

void test('the panel in docs/grafana.md has a line a series, and its variable values', async () => {
  const [panel] = blocks(page('grafana')) as object[];
  const ask = async (path: string, payload: object): Promise<{ target: string; datapoints: object[] }[]> => {
    const { statusCode, body } = await gateway.app.api.inject({ method: 'POST', url: path, payload });
    assert.equal(statusCode, 200, body);
    return JSON.parse(body) as { target: string; datapoints: object[] }[];
  };
  const lines = await ask('/grafana/query', panel as object);
  assert.deepEqual(
    lines.map(({ datapoints }) => datapoints.length),
    [12, 12, 12],
  );
  assert.equal(lines.at(-1)?.target, 'Edits by people');
  const variable = /`([a-z-]+\/[a-z-]+)`/.exec(page('grafana'))?.[1];
  assert.equal((await ask('/grafana/variable', { payload: { target: variable } })).length, 1);
});

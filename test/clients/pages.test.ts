import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { lacking, withoutProgram } from '../support/python.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { ClientPage } from './pages/page.ts';
import { inDuckDb, inPython, inR, type Program } from './pages/programs.ts';

/*
 * The pages of docs/ about one client each: each piece of code runs in the real client, and prints what the page says,
 * what the client gets wrong by itself, too. The numbers are those of the sample, besides some that are made up.
 */

interface Client {
  readonly language: string;
  readonly run: Program;
  readonly skip: string | false;
}

const CLIENTS: Readonly<Record<string, Client>> = {
  pandas: { language: 'python', run: inPython, skip: lacking('pandas') },
  polars: { language: 'python', run: inPython, skip: lacking('polars') },
  duckdb: { language: 'sql', run: inDuckDb, skip: lacking('duckdb', 'duckdb_extension_httpfs') },
  r: { language: 'r', run: inR, skip: withoutProgram('Rscript') },
};

let gateway: Gateway;
let base: string;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
  await loadMadeUp(gateway);
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
});
after(() => gateway.close());

/** What the sample has none of: countries, hours, and an article whose title looks like a number. */
async function loadMadeUp(to: Gateway): Promise<void> {
  const all = { project: 'en.wikipedia', access: 'all-access' };
  const countries = [
    { country: 'US', views: 9000, rank: 1 },
    { country: 'NA', views: 5000, rank: 2 },
  ];
  await to.load('pageviews-top-by-country', [{ ...all, year: '2024', month: '03', countries }]);
  const hour = { ...all, agent: 'all-agents', granularity: 'hourly' };
  await to.load('pageviews-aggregate', [
    { ...hour, timestamp: '2024030100', views: 1 },
    { ...hour, timestamp: '2024030101', views: 2 },
  ]);
  const article = { ...all, agent: 'user', article: '1984' };
  const row = (granularity: string, timestamp: string, views: number): object => ({
    ...article,
    granularity,
    timestamp,
    views,
  });
  await to.load('pageviews-per-article', [
    row('monthly', '2024010100', 31),
    row('monthly', '2024020100', 29),
    row('daily', '2024010400', 4),
    row('daily', '2024010500', 5),
  ]);
}

/** A text without blanks at the ends of its lines, which editors remove from pages. */
function trimmed(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}

for (const [name, { language, run, skip }] of Object.entries(CLIENTS))
  describe(`docs/${name}.md`, () => {
    test('names addresses that are answered', async () => {
      const { addresses } = new ClientPage(name, base);
      assert.ok(addresses.length > 0);
      for (const address of addresses) assert.equal((await gateway.get(address)).status, 200, address);
    });

    test('prints what it says', { skip }, async () => {
      const pieces = new ClientPage(name, base).pieces(language);
      assert.ok(pieces.length > 1);
      const printed = await run(pieces.map(({ code }) => code));
      for (const [i, { code, prints }] of pieces.entries())
        if (prints !== undefined) assert.equal(trimmed(printed[i] ?? ''), trimmed(prints), code);
    });
  });

import { DuckDBInstance } from '@duckdb/node-api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf } from '../../src/define/site-rules.ts';
import { WIKIMEDIA } from '../../src/define/wikimedia-site.ts';
import { markSql, pageMarksSql, xAnalyticsOf } from '../../src/define/x-analytics.ts';

const HEADERS = [
  'ns=0;page_id=5;https=1;WMF-Last-Access=29-Nov-2026',
  ' special=Search ; WMF-Last-Access = 01-Jul-2019',
  ';special=ConfirmEmail',
  'nocookies=1;preview=1',
  'pageview=1;ns=-1;special=ViewObject;debug=0',
  'ismobile=1',
  'xns=4',
  '-',
  '',
];

void test('SQL reads a header as the rules do', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  for (const header of HEADERS) {
    const sql = `SELECT ${pageMarksSql('h')}, ${markSql('h', 'WMF-Last-Access')}, ${markSql('h', 'nocookies')} FROM (SELECT $1 AS h)`;
    const [row = []] = (await connection.runAndReadAll(sql, [header])).getRows();
    const [marks, lastAccess, noCookies] = row as (string | null)[];
    const whole = xAnalyticsOf(header);
    assert.equal(lastAccess ?? undefined, whole.get('WMF-Last-Access'), header);
    assert.equal(noCookies ?? undefined, whole.get('nocookies'), header);
    for (const isApp of [false, true]) {
      const page = (xAnalytics: string) =>
        pageOf({ host: 'en.wikipedia.org', path: '/wiki/Cat', xAnalytics, isApp }, WIKIMEDIA);
      assert.deepEqual(page(marks ?? ''), page(header), header);
    }
  }
  connection.closeSync();
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { folderWith, remove } from './folder.ts';

/** The blocks of a language in the section of the README. */
async function blocks(language: string): Promise<string[]> {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const section = readme.split('\n## ').find((one) => one.startsWith('Publish a data set of your own')) ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    (match) => match[1] as string,
  );
}

void test("the README's ten lines make a metric, a chart and a dashboard of its CSV file", async () => {
  const [csv = ''] = await blocks('csv');
  const [yaml = ''] = await blocks('yaml');
  assert.equal(yaml.trim().split('\n').length, 10);
  const folder = await folderWith({ 'cake.csv': csv, 'cake.yaml': yaml });
  const gateway = await startGateway({ datasets: [folder] });
  try {
    const { text } = await gateway.get('/metrics/datasets/cake/North%7CSouth/monthly/20240101/latest.csv');
    const rows = text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(','));
    const expected = csv
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const key = ([month, kitchen, cakes]: string[]): string => `${kitchen} ${month?.slice(0, 7)} ${cakes}`;
    assert.deepEqual(
      rows.map(([kitchen = '', , month = '', cakes = '']) => key([month, kitchen, cakes])).toSorted(compare),
      expected.map(key).toSorted(compare),
    );
    const { dashboards, graphs } = gateway.app.road.catalogue;
    const [id = ''] = dashboards.get('bakery')?.tabs[0]?.graphs ?? [];
    const [data] = graphs.get(id)?.data ?? [];
    assert.equal((await gateway.get(`/metrics${data?.path}.svg`)).status, 200);
  } finally {
    await gateway.close();
    await remove(folder);
  }
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

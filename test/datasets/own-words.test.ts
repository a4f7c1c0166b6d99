import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { CAKES, folderWith, remove } from './folder.ts';

let folder: string;
let gateway: Gateway;
before(async () => {
  folder = await folderWith(CAKES);
  gateway = await startGateway({ datasets: [folder] });
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

const PATH = '/metrics/datasets/cake';
const WRONG: Readonly<Record<string, string>> = {
  'a value that is not there': `${PATH}/Nrth/monthly/20240101/latest`,
  'values that are not there': `${PATH}/Nrth%7CSuth/monthly/20240101/latest`,
  'a range before all': `${PATH}/North/monthly/20100101/20100301`,
  'years of which there is a part': `${PATH}/North/yearly/20240101/20241231`,
  'a grain that is not there': `${PATH}/North/daily/20240101/latest`,
  'a date that is none': `${PATH}/North/monthly/2024x/latest`,
  'a part of a path': `${PATH}/North`,
  'an option that is none': `${PATH}/North/monthly/20240101/latest?filll=zero`,
  'a sum of what is none': `${PATH}/North/monthly/20240101/latest?sum=kichen`,
  'a question for a value that is not there': '/query?metric=cake&where.kitchen=Nrth&range=2024',
  'a question for a dimension that is not there': '/query?metric=cake&where.kichen=North&range=2024',
  'a question by what is none': '/query?metric=cake&by=kichen&range=2024',
  'a question sorted by what is none': '/query?metric=cake&order=-cake&range=2024',
  'values of a dimension that is not there': '/catalogue/cake/values/kichen',
  'a page that is not there': '/docs/cakes',
  'an explorer of a value that is not there': '/?metric=cake&kitchen=Nrth',
};

for (const [title, path] of Object.entries(WRONG))
  void test(`${title}: a data set's mistake is told by its own dimensions and values, never by projects`, async () => {
    for (const accept of ['application/json', 'text/html']) {
      const { text } = await gateway.get(path).set('accept', accept);
      const main = /<main[\s\S]*<\/main>/.exec(text)?.[0] ?? text;
      const about =
        accept === 'text/html'
          ? main.replaceAll(/<(select|datalist|nav|form|details)[\s\S]*?<\/\1>/g, '')
          : main;
      assert.doesNotMatch(about, /project|wikipedia|article/i, `${accept} ${about}`);
    }
  });

void test("GraphQL, /query by JSON and Grafana speak of a data set's own dimensions, too", async () => {
  const query =
    '{ cake(kitchen: "Nrth", start: "2024-01-01") { cakes } cakes: cake(kichen: "North", start: "2024") { cakes } }';
  const { text } = await gateway.agent().post('/graphql').send({ query });
  assert.match(text, /kichen/);
  assert.doesNotMatch(text, /project|wikipedia|article/i);
  const json = await gateway.agent().post('/query').send({ metric: 'cake', where: 'North', range: '2024' });
  assert.match(json.text, /where should be an object/);
  assert.doesNotMatch(json.text, /project|wikipedia|article/i);
  const target = { target: 'cake', payload: { kitchen: 'Nrth' } };
  const range = { from: '2024-01-01T00:00:00Z', to: '2024-04-01T00:00:00Z' };
  const panel = await gateway
    .agent()
    .post('/grafana/query')
    .send({ targets: [target], range });
  assert.doesNotMatch(panel.text, /project|wikipedia|article/i);
});

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Hostile } from './hostile.ts';

function nested(depth: number, kind: 'lists' | 'objects' = 'lists'): string {
  return kind === 'lists'
    ? '['.repeat(depth) + ']'.repeat(depth)
    : '{"not":'.repeat(depth) + '1' + '}'.repeat(depth);
}

/** A cursor with a right seal: whoever reads the code can make one. */
function sealed(place: string): string {
  const seal = hash('sha1', `kraken cursor ${place}`, 'base64url').slice(0, 8);
  return Buffer.from(`${place}.${seal}`).toString('base64url');
}

describe('A mistake of a caller is told as one', () => {
  let hostile: Hostile;
  before(async () => {
    hostile = await Hostile.start();
  });
  after(() => hostile.gateway.close());

  it('where GraphQL names a dimension twice', async () => {
    const where = [
      { dimension: 'project', values: ['en.wikipedia'] },
      { dimension: 'project', values: ['de.wikipedia'] },
    ];
    const query = 'query ($input: QueryInput!) { query(input: $input) { rows { timestamp } } }';
    const variables = { input: { metric: 'unique-devices', range: '2024', where } };
    const { status, body } = await hostile.send('POST', '/graphql', JSON.stringify({ query, variables }));
    assert.equal(status, 200);
    assert.match(body, /project is given twice/);
    assert.match(body, /"parameter":"where\.project"/);
  });

  for (const depth of [65, 1000, 100_000])
    it(`where JSON nests ${depth} deep`, async () => {
      for (const kind of ['lists', 'objects'] as const) {
        const deep = nested(depth, kind);
        const question = `{"metric":"unique-devices","range":"2024","where":{"project":${deep}}}`;
        const panel = `{"range":{"from":"2024-01-01","to":"2024-02-01"},"targets":[{"target":"unique-devices","payload":{"project":${deep}}}]}`;
        const graphql = `{"query":"query ($input: QueryInput!) { query(input: $input) { cursor } }","variables":{"input":${deep}}}`;
        for (const [url, body] of [
          ['/query', question],
          ['/query', deep],
          ['/grafana/query', panel],
          ['/grafana/variable', `{"payload":${deep}}`],
          ['/grafana/tag-values', `{"key":${deep}}`],
          ['/graphql', graphql],
        ] as const) {
          const { status, body: answer } = await hostile.send('POST', url, body.slice(0, 4_000_000));
          assert.ok(status === 400 || status === 413, `${url}: ${status} ${answer.slice(0, 300)}`);
        }
        await hostile.send('GET', `/query?query=${encodeURIComponent(deep.slice(0, 7000))}`);
        await hostile.send('GET', `/query?query=${encodeURIComponent(nested(Math.min(depth, 3000)))}`);
        await hostile.send(
          'GET',
          `/graphql?query=${encodeURIComponent('query ($input: QueryInput!) { query(input: $input) { cursor } }')}&variables=${encodeURIComponent(`{"input":${nested(Math.min(depth, 3000))}}`)}`,
        );
      }
    });

  it('in a cursor with a right seal', async () => {
    const asked = {
      metric: 'pageviews-top',
      where: { project: 'en.wikipedia' },
      range: '2024-12-15',
      by: ['article'],
      grain: 'daily',
      limit: 1,
    };
    const first = await hostile.send('POST', '/query', JSON.stringify(asked));
    const { cursor } = JSON.parse(first.body) as { cursor: string };
    const [of, , version] = Buffer.from(cursor, 'base64url').toString().split('.');
    for (const offset of ['-1', '-zz', 'zzzzzz', 'zzzzzzzzzzzzzzzzzzzz', 'NaN', '', '0_1', '!', 'A']) {
      const forged = JSON.stringify({ ...asked, cursor: sealed(`${of}.${offset}.${version}`) });
      const { status, body } = await hostile.send('POST', '/query', forged);
      assert.equal(status, 400, `${offset}: ${body.slice(0, 200)}`);
      assert.match(body, /"parameter":"cursor"/);
    }
  });
});

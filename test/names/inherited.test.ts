import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { requestsNamed, type Sent } from './asked.ts';
import { INHERITED, itemsOf, metricsNamed, ORDINARY, withOrdinary, type Names } from './named.ts';

/* Dimensions, measures and entries that are called as what every JavaScript object has by itself. */

const clock = { now: () => Date.UTC(2024, 0, 10) };

async function gatewayOf(names: Names): Promise<Gateway> {
  const gateway = await startGateway({ metrics: metricsNamed(names), clock });
  for (const { name } of metricsNamed(names))
    await gateway.load(name, itemsOf(name, names), { complete: true });
  return gateway;
}

async function answerOf(gateway: Gateway, { url, body, accept = '*/*' }: Sent): Promise<string> {
  const answer = await gateway.app.api.inject({
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: {
      host: 'localhost',
      accept,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const said = withOrdinary(
    `${answer.statusCode} ${answer.headers['content-disposition'] ?? ''}\n${answer.body}`,
  );
  // What is made of digests differs with the names.
  return said.replace(/"cursor":"[^"]+"/g, '"cursor":"…"').replace(/\/s\/[\w-]+/g, '');
}

describe('Names that every object has by itself are names like any others', () => {
  let gateways: readonly [inherited: Gateway, ordinary: Gateway];
  before(async () => {
    gateways = [await gatewayOf(INHERITED), await gatewayOf(ORDINARY)];
  });
  after(() => Promise.all(gateways.map((gateway) => gateway.close())));

  const sent = requestsNamed(INHERITED);
  const others = requestsNamed(ORDINARY);
  const kinds = new Set(sent.map(({ url }) => url.split(/[/?]/)[1] ?? ''));
  for (const kind of kinds)
    it(`/${kind}`, async () => {
      const wrong: string[] = [];
      for (const [i, one] of sent.entries()) {
        if ((one.url.split(/[/?]/)[1] ?? '') !== kind) continue;
        const [found, wanted] = [
          await answerOf(gateways[0], one),
          await answerOf(gateways[1], others[i] as Sent),
        ];
        assert.ok(!wanted.startsWith('5'), `${JSON.stringify(others[i])}: ${wanted.slice(0, 300)}`);
        if (found !== wanted)
          wrong.push(`${one.url} ${JSON.stringify(one.body) ?? ''}\n  ${differing(found, wanted)}`);
      }
      assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} of them differ`);
    });
});

/** Where two texts begin to differ. */
function differing(found: string, wanted: string): string {
  let at = 0;
  while (found[at] === wanted[at]) at++;
  const from = Math.max(0, at - 80);
  return `${found.slice(from, at + 120)}\n  instead of\n  ${wanted.slice(from, at + 120)}`;
}

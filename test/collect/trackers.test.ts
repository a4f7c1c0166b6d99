import assert from 'node:assert/strict';
import Matomo from 'matomo-tracker';
import plausibleTracker from 'plausible-tracker';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Umami } from '@umami/node';
import {
  newTracker,
  buildSelfDescribingEvent,
  buildPageView,
  buildStructEvent,
} from '@snowplow/node-tracker';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { SNOWPLOW } from '../../src/collect/trackers/snowplow.ts';
import type { Written } from './memory-log.ts';
import { readLog } from './read-log.ts';

let gateway: Gateway;
let origin: string;
before(async () => {
  gateway = await startGateway({ flags: { collect: 'true' } });
  origin = await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
});
after(() => gateway.close());

/** What the log has of a stream from one source, as soon as it has so many. */
async function written(stream: string, source: string, count: number): Promise<Written[]> {
  for (let tries = 0; ; tries++) {
    const events = (await readLog(gateway.eventLog, stream)).filter((event) => event['source'] === source);
    if (events.length >= count || tries > 200) return events;
    await sleep(20);
  }
}

/** The members of an event that depend on what was sent only. */
function incoming({
  meta: _meta,
  address: _address,
  user_agent: _agent,
  language: _l,
  is_bot: _b,
  source: _s,
  ...event
}: Written) {
  const { properties, ...others } = event;
  return typeof properties === 'string'
    ? { ...others, properties: JSON.parse(properties) as unknown }
    : others;
}

/** The globals of a page, for packages that are made for browsers. */
function inPage<T>(globals: Record<string, unknown>, use: () => T): T {
  const known = new Map<string, PropertyDescriptor | undefined>();
  for (const [name, value] of Object.entries(globals)) {
    known.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    return use();
  } finally {
    for (const [name, descriptor] of known) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}

void test('@umami/node: views and events, with a host and without', async () => {
  const umami = new Umami({ hostUrl: origin, websiteId: '50429a93-8479-4073-be80-d5d29c09c2ec' });
  const answers = [
    await umami.track({
      hostname: 'example.org',
      url: '/home?a=1',
      title: 'Home',
      referrer: 'https://example.net/',
    }),
    await umami.track({ url: '/server' }),
    await umami.track('paid', { amount: 5 }),
    await umami.identify({ plan: 'free' }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.deepEqual(await answers[0]?.json(), {});
  assert.deepEqual((await written('pageview', 'umami', 2)).map(incoming), [
    { site: 'example.org', path: '/home?a=1', title: 'Home', referrer: 'https://example.net/' },
    { site: '50429a93-8479-4073-be80-d5d29c09c2ec', path: '/server' },
  ]);
  const site = '50429a93-8479-4073-be80-d5d29c09c2ec';
  assert.deepEqual((await written('action', 'umami', 2)).map(incoming), [
    { site, path: '/', name: 'paid', properties: { amount: 5 } },
    { site, path: '/', name: 'identify', properties: { plan: 'free' } },
  ]);
});

void test('matomo-tracker: views, actions, and several events at once', async () => {
  for (const file of ['matomo.php', 'piwik.php']) {
    const matomo = new Matomo(1, `${origin}/${file}`);
    const errors: unknown[] = [];
    matomo.on('error', (error) => errors.push(error));
    const seen = (await written('pageview', 'matomo', 0)).length;
    const acted = (await written('action', 'matomo', 0)).length;
    matomo.track('https://example.org/plain');
    await written('pageview', 'matomo', seen + 1);
    matomo.track({
      url: 'https://example.org/a?b=c',
      action_name: 'A',
      urlref: 'https://example.net/',
      ua: 'Other/1.0',
      _id: '0123456789abcdef',
    });
    await written('pageview', 'matomo', seen + 2);
    const answer = await new Promise<string>((resolve) => {
      matomo.trackBulk(
        [
          {
            e_c: 'Buy',
            e_a: 'rightButton',
            e_v: '2',
            cdt: '2018-03-22T02:32:22.867Z',
            _id: 'AA814767-7B1F-5C81',
          },
          { url: 'https://example.org/bulk' },
          { url: 'https://example.org/x', link: 'https://example.net/out' },
          { _id: 'nothing' },
        ],
        resolve,
      );
    });
    assert.deepEqual(JSON.parse(answer), { status: 'success', tracked: 3, invalid: 1 });
    const views = (await written('pageview', 'matomo', seen + 3)).slice(seen);
    assert.deepEqual(views.map(incoming), [
      { site: 'example.org', path: '/plain' },
      { site: 'example.org', path: '/a?b=c', title: 'A', referrer: 'https://example.net/' },
      { site: 'example.org', path: '/bulk' },
    ]);
    assert.equal(views[1]?.['user_agent'], 'Other/1.0');
    assert.deepEqual((await written('action', 'matomo', acted + 2)).slice(acted).map(incoming), [
      { name: 'rightButton', properties: { e_c: 'Buy', e_a: 'rightButton', e_v: '2' } },
      { site: 'example.org', path: '/x', name: 'outlink', properties: { link: 'https://example.net/out' } },
    ]);
    assert.deepEqual(errors, []);
  }
  const quiet = await gateway.get('/matomo.php?idsite=1&rec=1&url=https://example.org/quiet&send_image=0');
  assert.equal(quiet.status, 204);
});

void test('@snowplow/node-tracker: every kind, by POST and by GET; a repeated event keeps its id', async () => {
  for (const eventMethod of ['post', 'get'] as const) {
    const statuses: number[] = [];
    const seen = (await written('pageview', 'snowplow', 0)).length;
    const acted = (await written('action', 'snowplow', 0)).length;
    const tracker = newTracker(
      { namespace: 'sp', appId: 'app', encodeBase64: eventMethod === 'get' },
      {
        endpoint: origin,
        eventMethod,
        bufferSize: 1,
        onRequestSuccess: (events: unknown[]) => statuses.push(events.length),
      },
    );
    tracker.track(
      buildPageView({
        pageUrl: 'https://example.org/s?x=1',
        pageTitle: 'S',
        referrer: 'https://example.net/',
      }),
    );
    tracker.track(buildStructEvent({ category: 'shop', action: 'add', label: 'sku', value: 3 }));
    tracker.track(
      buildSelfDescribingEvent({
        event: { schema: 'iglu:com.example/order/jsonschema/1-0-0', data: { id: 'o1', ok: true } },
      }),
    );
    await tracker.flush();
    const views = (await written('pageview', 'snowplow', seen + 1)).slice(seen);
    const actions = (await written('action', 'snowplow', acted + 2)).slice(acted);
    assert.deepEqual(views.map(incoming), [
      { site: 'example.org', path: '/s?x=1', title: 'S', referrer: 'https://example.net/' },
    ]);
    assert.deepEqual(
      actions.map(incoming).sort((a, b) => String(a.name).localeCompare(String(b.name))),
      [
        { name: 'add', properties: { se_ca: 'shop', se_ac: 'add', se_la: 'sku', se_va: '3' } },
        { name: 'order', properties: { id: 'o1', ok: true } },
      ],
    );
    assert.match(views[0]?.meta.id ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(
      statuses.reduce((sum, one) => sum + one, 0),
      3,
    );
  }
});

void test('Snowplow: an unreadable event does not affect the others of its payload, and anonymous senders have no address', async () => {
  const url = 'https://example.org/anonymous';
  const data = [{ e: 'pv', url }, { e: 'ue', ue_pr: '{}' }, { url }, 5];
  const { status, text } = await gateway
    .agent()
    .post(SNOWPLOW.routes[0]?.url ?? '')
    .set('sp-anonymous', '*')
    .send({ schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data });
  assert.deepEqual([status, text], [200, 'ok']);
  const [view] = (await written('pageview', 'snowplow', 3)).filter(({ path }) => path === '/anonymous');
  assert.equal(view?.['address'], undefined);
  const rejects = (await written('rejects', 'snowplow', 3)).map(({ reason }) => reason);
  assert.deepEqual(rejects, [
    'A self-describing event names its schema.',
    'An event has its kind as e.',
    'An event has its kind as e.',
  ]);
  assert.equal((await gateway.get('/i?e=pv&url=https://example.org/i')).type, 'image/gif');
  assert.equal((await gateway.get('/i')).status, 400);
});

void test('plausible-tracker: views and events', async () => {
  const { default: Plausible } = plausibleTracker;
  const requests: Promise<Response>[] = [];
  class XMLHttpRequest {
    readonly readyState = 4;
    onreadystatechange: () => void = () => undefined;
    readonly #headers: Record<string, string> = {};
    #url = '';
    open(_method: string, url: string): void {
      this.#url = url;
    }
    setRequestHeader(name: string, value: string): void {
      this.#headers[name] = value;
    }
    send(body: string): void {
      requests.push(fetch(this.#url, { method: 'POST', headers: this.#headers, body }));
    }
  }
  const location = new URL('https://example.org/page?a=1#part');
  const page = {
    location,
    document: { referrer: 'https://example.net/' },
    window: { innerWidth: 800, localStorage: {} },
    XMLHttpRequest,
  };
  inPage(page, () => {
    const plausible = Plausible({ domain: 'example.org', apiHost: origin });
    plausible.trackPageview();
    plausible.trackEvent('Signup', { props: { plan: 'free' } });
    Plausible({ domain: 'example.org', apiHost: origin, hashMode: true }).trackPageview();
  });
  assert.deepEqual(
    await Promise.all(requests.map(async (request) => (await request).status)),
    [202, 202, 202],
  );
  const seen = (await written('pageview', 'plausible', 2)).map(incoming);
  assert.deepEqual(
    seen.map((event) => event).sort((a, b) => String(a.path).length - String(b.path).length),
    [
      { site: 'example.org', path: '/page?a=1', referrer: 'https://example.net/' },
      { site: 'example.org', path: '/page?a=1#part', referrer: 'https://example.net/' },
    ],
  );
  assert.deepEqual((await written('action', 'plausible', 1)).map(incoming), [
    {
      site: 'example.org',
      path: '/page?a=1',
      referrer: 'https://example.net/',
      name: 'Signup',
      properties: { plan: 'free' },
    },
  ]);
});

void test("Plausible's Events API, with the long names, and apps", async () => {
  const send = (event: object) => gateway.agent().post('/api/event').send(event);
  const before = (await written('pageview', 'plausible', 0)).length;
  assert.equal(
    (await send({ name: 'pageview', url: 'app://localhost/login', domain: 'an.app,other' })).status,
    202,
  );
  assert.equal((await send({ name: 'pageview' })).status, 400);
  assert.equal(
    (
      await send({
        name: 'Sale',
        url: 'https://example.org/',
        domain: 'example.org',
        revenue: { currency: 'EUR', amount: 5 },
      })
    ).status,
    202,
  );
  const views = (await written('pageview', 'plausible', before + 1)).slice(before);
  assert.deepEqual(views.map(incoming), [{ site: 'an.app', path: '/login' }]);
});

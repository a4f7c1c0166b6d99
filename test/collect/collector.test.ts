import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collector, type CollectorParts } from '../../src/collect/collector.ts';
import { NO_COUNTS } from '../../src/collect/counts.ts';
import { LIMITS } from '../../src/collect/limits.ts';
import type { Outcome, Sender } from '../../src/collect/incoming.ts';
import { LogFullError } from '../../src/log/log-errors.ts';
import { BUILT_IN } from '../../src/streams/built-in.ts';
import { checkOf } from '../../src/streams/event-check.ts';
import { streamOf } from '../../src/streams/read-stream.ts';
import { REJECTS } from '../../src/streams/rejects.ts';
import type { Stream } from '../../src/streams/stream.ts';
import type { StreamText } from '../../src/streams/stream-text.ts';
import { MemoryLog } from './memory-log.ts';

const NOW = Date.parse('2026-11-29T11:20:30.123Z');
const SENDER: Sender = { source: 'events', address: '192.0.2.7', userAgent: 'Mozilla/5.0 Firefox/140.0' };

function collectorOf(others: readonly Stream[] = [], parts: Partial<CollectorParts> = {}) {
  const log = new MemoryLog();
  let drawn = 0;
  const streams = new Map([...BUILT_IN, ...others].map((stream) => [stream.name, stream]));
  const collector = new Collector({
    log,
    streams: () => streams,
    clock: { now: () => NOW },
    newId: () => `id-${++drawn}`,
    limits: LIMITS,
    refusesSite: (host) => (host?.endsWith('.wikipedia.org') ? `${host} isn't collected here.` : undefined),
    takesLogsFrom: () => true,
    counts: NO_COUNTS,
    ...parts,
  });
  return { log, collector };
}

const order = (more: Partial<StreamText> = {}): Stream =>
  streamOf({
    stream: 'order',
    title: 'Orders',
    owner: 'shop',
    fields: {
      order: { type: 'text', required: true },
      address: { type: 'text', personal: true, longest: 45 },
    },
    ...more,
  });
const reasonsOf = (outcomes: readonly Outcome[]): (string | undefined)[] =>
  outcomes.map((outcome) => (outcome.isAccepted ? undefined : outcome.reason));

void test('edits are taken as MediaWiki reports them, from the addresses of the wikis only', async () => {
  const { log, collector } = collectorOf([], { takesLogsFrom: (address) => address === '192.0.2.8' });
  // As in wikimedia/schemas-event-primary, jsonschema/mediawiki/revision/create/1.2.0.
  const event = {
    $schema: '/mediawiki/revision/create/1.2.0',
    meta: {
      uri: 'https://wiki.example.org/wiki/Meadow',
      request_id: '9a3e4b9e-5d20-4c3f-8b1e-6d8d62d1a111',
      id: 'b0caf18d-6c7f-4403-947d-2712bbe28610',
      dt: '2026-11-29T11:20:29Z',
      domain: 'wiki.example.org',
      stream: 'mediawiki.revision-create',
    },
    database: 'examplewiki',
    page_id: 7,
    page_title: 'Meadow',
    page_namespace: 0,
    rev_id: 42,
    rev_timestamp: '2026-11-29T11:20:28Z',
    rev_sha1: 'm2arg8dvtq6wuqxrzbfjwcbr3mxkwpn',
    rev_minor_edit: false,
    rev_len: 3,
    rev_content_model: 'wikitext',
    rev_content_format: 'text/x-wiki',
    rev_slots: { main: { rev_slot_content_model: 'wikitext', rev_slot_size: 3, rev_slot_origin_rev_id: 42 } },
    performer: { user_text: '192.0.2.77', user_groups: ['*'], user_is_bot: false },
    page_is_redirect: false,
    comment: 'first',
    parsedcomment: 'first',
    rev_parent_id: 41,
    rev_content_changed: true,
  };
  const stream = 'mediawiki.revision-create';
  const [other] = await collector.collect(stream, [{ event }], SENDER);
  assert.match(reasonsOf(other ? [other] : [])[0] ?? '', /takes only what the servers of wikis report/);
  const wiki: Sender = { source: 'events', address: '192.0.2.8' };
  assert.deepEqual(reasonsOf(await collector.collect(stream, [{ event }], wiki)), [undefined]);
  assert.equal(log.of(stream)[0]?.meta.id, event.meta.id);
  const { rev_id: _, ...without } = event;
  assert.match(reasonsOf(await collector.collect(stream, [{ event: without }], wiki))[0] ?? '', /rev_id/);
});

void test('the ids of events are the keys of their records, so that a repeat comes to the same partition', async () => {
  const { log, collector } = collectorOf();
  const view = (id?: string) => ({ event: { site: 'example.org', path: '/a', ...(id && { meta: { id } }) } });
  await collector.collect('pageview', [view('mine'), { event: { path: 1 } }, view()], SENDER);
  assert.deepEqual(log.keys.get('pageview'), ['mine', log.of('pageview')[1]?.meta.id]);
  await collector.close();
  assert.deepEqual(log.keys.get('rejects'), [log.of('rejects')[0]?.meta.id]);
});

void test('an event is written with its envelope first, and with the fields that its sender shows', async () => {
  const { log, collector } = collectorOf();
  const event = {
    site: 'Example.org:8080',
    path: '/a',
    meta: { id: 'mine', dt: '1999-01-01T00:00:00Z', x: 1 },
  };
  assert.deepEqual(await collector.collect('pageview', [{ event }], SENDER), [
    { isAccepted: true, id: 'mine' },
  ]);
  const [written] = log.of('pageview');
  assert.deepEqual(Object.keys(written ?? {})[0], 'meta');
  assert.deepEqual(written, {
    meta: { stream: 'pageview', id: 'mine', dt: '2026-11-29T11:20:30.123Z' },
    site: 'example.org',
    path: '/a',
    address: '192.0.2.7',
    user_agent: 'Mozilla/5.0 Firefox/140.0',
    source: 'events',
    is_bot: false,
  });
  // What the sender handed over is its own.
  assert.equal(event.site, 'Example.org:8080');
});

void test('each event of a batch is accepted or refused by itself, with the reason', async () => {
  const { log, collector } = collectorOf([order()]);
  const events = [
    { order: 'a' },
    { order: 1 },
    {},
    { order: 'b', more: 1 },
    { order: 'c', meta: { id: '' } },
  ];
  const outcomes = await collector.collect(
    'order',
    events.map((event) => ({ event })),
    SENDER,
  );
  assert.deepEqual(reasonsOf(outcomes), [
    undefined,
    '/order must be string.',
    "The event must have required property 'order'.",
    'The event must not have more.',
    'meta.id must be a text of 1 to 128 characters.',
  ]);
  assert.equal(log.of('order').length, 1);
  await collector.close();
  assert.deepEqual(
    log.of('rejects').map(({ stream, body }) => [stream, body]),
    events.slice(1).map((event) => ['order', JSON.stringify(event)]),
  );
  const check = checkOf(REJECTS.schema);
  for (const reject of log.of('rejects')) assert.deepEqual(check(reject), []);
});

void test('unknown streams and those that only Kraken fills accept no events of senders', async () => {
  const { log, collector } = collectorOf();
  const [unknown] = reasonsOf(await collector.collect('pageviews', [{ event: {} }], SENDER));
  assert.equal(unknown, 'There is no stream "pageviews" to send to. Did you mean pageview?');
  const event = { reason: 'none' };
  const [own] = reasonsOf(await collector.collect('rejects', [{ event }], SENDER));
  assert.equal(own, 'There is no stream "rejects" to send to. There are pageview, action.');
  await collector.close();
  assert.equal(log.of('rejects').length, 2);
  assert.deepEqual(reasonsOf(await collector.collect('rejects', [{ event }])), [undefined]);
});

void test('a refused event keeps its number, and a sender may give the reason itself', async () => {
  const { log, collector } = collectorOf();
  const numbered = { hostname: 'cp1', sequence: 17 };
  const events = [
    { meta: { id: 'a' }, ...numbered },
    { meta: { id: 'b', reject: 'its time is "yesterday"' }, ...numbered, line: 'what was there' },
  ];
  const outcomes = await collector.collect(
    'webrequest',
    events.map((event) => ({ event })),
    SENDER,
  );
  assert.equal(reasonsOf(outcomes)[1], 'its time is "yesterday"');
  await collector.close();
  assert.deepEqual(
    log.of('rejects').map(({ meta, hostname, sequence }) => [meta.id, hostname, sequence]),
    [
      ['a', 'cp1', 17],
      ['b', 'cp1', 17],
    ],
  );
  const check = checkOf(REJECTS.schema);
  for (const reject of log.of('rejects')) assert.deepEqual(check(reject), []);
});

void test('a stream that logs fill accepts events only from the addresses that may send lines of logs', async () => {
  const { log, collector } = collectorOf([], { takesLogsFrom: (address) => address === '192.0.2.8' });
  const incoming = [{ event: { dt: '2026-11-29T11:00:00Z', uri_host: 'example.org', uri_path: '/' } }];
  assert.deepEqual(await collector.collect('webrequest', incoming, SENDER), [
    {
      isAccepted: false,
      refusal: 'closed',
      reason:
        'The stream webrequest takes only lines of logs, which kraken collect reads. It takes them by HTTP from the addresses of KRAKEN_LOG_SENDERS.',
    },
  ]);
  assert.equal(log.of('webrequest').length, 0);
  const sender = { ...SENDER, address: '192.0.2.8' };
  assert.deepEqual(reasonsOf(await collector.collect('webrequest', incoming, sender)), [undefined]);
  assert.deepEqual(reasonsOf(await collector.collect('webrequest', incoming)), [undefined]);
});

void test('an owner says which field names the site, and events without a site are checked, too', async () => {
  const sale = order({ site: 'shop', fields: { order: 'text', shop: 'text' } });
  const { log, collector } = collectorOf([sale], {
    refusesSite: (host) => (host === 'shop.example' ? undefined : `${host ?? 'no site'} isn't collected`),
  });
  const incoming = ['Shop.example:8080', 'other.example', undefined].map((shop) => ({
    event: { order: 'a', ...(shop !== undefined && { shop }) },
  }));
  assert.deepEqual(reasonsOf(await collector.collect('order', incoming, SENDER)), [
    undefined,
    "other.example isn't collected",
    "no site isn't collected",
  ]);
  assert.deepEqual(
    log.of('order').map((event) => event['shop']),
    ['shop.example'],
  );
});

void test('sites are checked if events have a sender', async () => {
  const { collector } = collectorOf();
  const view = (site: string) => ({ event: { site, path: '/' } });
  const sites = ['en.wikipedia.org', 'EN.Wikipedia.org.', 'no host', 'exa mple.org', '', 'bücher.example'];
  assert.deepEqual(reasonsOf(await collector.collect('pageview', sites.map(view), SENDER)), [
    "en.wikipedia.org isn't collected here.",
    "en.wikipedia.org isn't collected here.",
    'no host is no host.',
    'exa mple.org is no host.',
    ' is no host.',
    undefined,
  ]);
  assert.deepEqual(reasonsOf(await collector.collect('pageview', [view('en.wikipedia.org')])), [undefined]);
});

void test('an event with a privacy signal has no address in the log', async () => {
  const { log, collector } = collectorOf();
  const event = { site: 'example.org', path: '/' };
  await collector.collect('pageview', [{ event }], { ...SENDER, privacy: 'gpc' });
  await collector.collect(
    'pageview',
    [{ event: { ...event, privacy: 'dnt', address: '192.0.2.9' } }],
    SENDER,
  );
  assert.deepEqual(
    log.of('pageview').map(({ privacy, address }) => [privacy, address]),
    [
      ['gpc', undefined],
      ['dnt', undefined],
    ],
  );
});

void test('fields that a stream keeps for no time are never written, not even with a reject', async () => {
  const { log, collector } = collectorOf([order({ personal: { keep: '0 days' } })]);
  const events = [{ order: 'a', address: '192.0.2.9' }, { order: 'b' }, { order: 1, address: '192.0.2.9' }];
  await collector.collect(
    'order',
    events.map((event) => ({ event })),
    SENDER,
  );
  await collector.close();
  assert.equal([...log.values.values()].length, 2);
  assert.ok(!JSON.stringify([...log.values.values()]).includes('192.0.2'));
});

void test('sampling keeps a share of the events, always the same ones', async () => {
  const stream = order({ sampling: { share: 0.25, by: 'order' } });
  const { log, collector } = collectorOf([stream]);
  const incoming = Array.from({ length: 2000 }, (_, i) => ({ event: { order: `order ${i}` } }));
  const outcomes = await collector.collect('order', incoming, SENDER);
  assert.ok(outcomes.every(({ isAccepted }) => isAccepted));
  const kept = log.of('order').length;
  assert.ok(kept > 400 && kept < 600, String(kept));
  assert.equal(outcomes.filter((outcome) => outcome.isAccepted && !outcome.isLeftOut).length, kept);
  await collector.collect('order', incoming, SENDER);
  assert.equal(log.of('order').length, 2 * kept);
});

void test('the size and the nesting of an event are limited', async () => {
  const { log, collector } = collectorOf(
    [streamOf({ stream: 'free', title: 'Free', owner: 'x', schema: { type: 'object' } })],
    { limits: { eventBytes: 200, depth: 3, batch: 10 } },
  );
  const events = [{ a: { b: [] } }, { a: { b: [[]] } }, { a: 'x'.repeat(200) }];
  const outcomes = await collector.collect(
    'free',
    events.map((event) => ({ event })),
    SENDER,
  );
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.isAccepted ? 'accepted' : outcome.refusal)),
    ['accepted', 'depth', 'size'],
  );
  assert.equal(log.of('free').length, 1);
});

void test('no event is acknowledged that the log did not take', async () => {
  const { log, collector } = collectorOf();
  log.error = new LogFullError('the log is full');
  await assert.rejects(
    collector.collect('pageview', [{ event: { site: 'example.org', path: '/' } }], SENDER),
    LogFullError,
  );
});

void test('the number of rejects is limited', async () => {
  const { log, collector } = collectorOf();
  const incoming = Array.from({ length: 3000 }, () => ({ event: {} }));
  await collector.collect('pageview', incoming, SENDER);
  await collector.close();
  assert.equal(log.of('rejects').length, 500);
});

void test('events that Kraken reads itself keep their own time, and no fields are filled', async () => {
  const { log, collector } = collectorOf();
  const incoming = { event: { site: 'example.org', path: '/' }, id: 'line 1', timeMs: 0 };
  await collector.collect('pageview', [incoming]);
  assert.deepEqual(log.of('pageview'), [
    {
      meta: { stream: 'pageview', id: 'line 1', dt: '1970-01-01T00:00:00.000Z' },
      site: 'example.org',
      path: '/',
    },
  ]);
});

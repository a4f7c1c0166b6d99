import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { VIEW_TEXTS } from '../../src/core/metric/view-events.ts';
import { actorOf } from '../../src/define/actor.ts';
import { standardRules } from '../../src/refine/standard-rules.ts';
import { BROWSER, TestLake, type View } from './lake.ts';

const HOUR_MS = 3_600_000;
/** Noon of the day after: all hours of the 29th are closed. */
const NEXT_NOON = Date.UTC(2026, 10, 30, 12);
const HOUR = Date.UTC(2026, 10, 29, 11) / HOUR_MS;
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const APP = 'WikipediaApp/2.7.50542-r-2025-07-01 (Android 15; Phone) Google Play';

void describe('refine', () => {
  let lake: TestLake;
  beforeEach(async () => (lake = await TestLake.make(NEXT_NOON)));
  afterEach(() => lake.close());

  const at = (minute: number, second = 0): string =>
    new Date(HOUR * HOUR_MS + minute * 60_000 + second * 1000).toISOString();
  const run = async (): Promise<View[]> => {
    await lake.load();
    await lake.refine();
    return lake.views();
  };
  /** The views by their event's id, with some columns. */
  const pick = (
    views: readonly View[],
    ...names: readonly string[]
  ): Record<string, (string | undefined)[]> =>
    Object.fromEntries(views.map((view) => [view['event_id'] ?? '', names.map((name) => view[name])]));

  void it('knows in the first hour of a day who asked for few pages again and again', async () => {
    const views = Array.from({ length: 120 }, (_, nth) => ({
      id: `few-${nth}`,
      dt: at(nth % 60, nth % 7),
      uri_path: `/${nth % 5}`,
      x_analytics: 'nocookies=1',
    }));
    await lake.requests(...views);
    const found = await run();
    assert.deepEqual(new Set(found.map((view) => view['agent_rule'])), new Set(['few-pages']));
    assert.equal(found.length, 120);
  });

  void it('says everything of a request in a log', async () => {
    const dt = '2026-11-29T11:20:30.123Z';
    await lake.requests({
      id: 'one',
      dt,
      uri_path: '/meadow',
      uri_query: '?letter=1',
      content_type: 'text/html; charset=utf-8',
      referer: 'https://blog.example.net/brook?a=1',
      accept_language: 'en',
      x_analytics: 'WMF-Last-Access=27-Nov-2026;https=1;ismobile=1',
    });
    const [view, ...others] = await run();
    assert.deepEqual(others, []);
    const key = await readFile(join(lake.lake, '_keys', '2026-11-29.key'));
    const actor = actorOf(key, {
      address: '192.0.2.1',
      userAgent: BROWSER,
      language: 'en',
      host: 'blog.example.net',
      installation: '',
    });
    assert.deepEqual(view, {
      project: 'blog.example.net',
      article: '/meadow',
      namespace: '',
      access: 'mobile-web',
      agent: 'user',
      agent_rule: '',
      country: '--',
      referer_class: 'internal',
      referer_name: '',
      referer_host: 'blog.example.net',
      previous: '/brook',
      browser_family: 'Firefox',
      browser_major: '140',
      os_family: 'Linux',
      os_major: '-',
      device_family: 'Other',
      last_access: '20261127',
      no_cookies: 'false',
      actor,
      source: 'webrequest',
      event_id: 'one',
      dt,
      timestamp: '2026112911',
    });
    assert.deepEqual(Object.keys(view ?? {}), [...VIEW_TEXTS]);
  });

  void it('says everything of a view that a page reports', async () => {
    const dt = '2026-11-29T11:20:30.123Z';
    await lake.pageviews({
      id: 'one',
      dt,
      site: 'www.example.org',
      path: '/meadow?x=1#part',
      referrer: 'https://chatgpt.com/',
      last_access: '29-Nov-2026',
      no_cookies: false,
      user_agent: PHONE,
      is_mobile: true,
    });
    const [view, ...others] = await run();
    assert.deepEqual(others, []);
    assert.match(view?.['actor'] ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual(
      { ...view, actor: '' },
      {
        project: 'example',
        article: '/meadow',
        namespace: '',
        access: 'mobile-web',
        agent: 'user',
        agent_rule: '',
        country: '--',
        referer_class: 'ai-chatbot',
        referer_name: 'ChatGPT',
        referer_host: 'chatgpt.com',
        previous: '',
        browser_family: 'Mobile Safari',
        browser_major: '18',
        os_family: 'iOS',
        os_major: '18',
        device_family: 'iPhone',
        last_access: '20261129',
        no_cookies: 'false',
        actor: '',
        source: 'script',
        event_id: 'one',
        dt,
        timestamp: '2026112911',
      },
    );
  });

  void it('notes the first hour in which a country was known', async () => {
    const from = new Map([['192.0.2.2', 'FR']]);
    lake.rules = standardRules({ version: 'a-file', country: (address) => from.get(address) });
    await lake.requests({ dt: at(0), uri_path: '/meadow' });
    await run();
    assert.equal((await lake.manifest()).countriesFrom, undefined);
    await lake.requests({ dt: at(60), uri_path: '/meadow', ip: '192.0.2.2' }, { dt: at(120), uri_path: '/' });
    assert.deepEqual(
      (await run()).map(({ country }) => country),
      ['--', 'FR', '--'],
    );
    assert.equal((await lake.manifest()).countriesFrom, HOUR + 1);
  });

  void it('leaves out what is no view', async () => {
    const usual = { dt: at(1), uri_path: '/meadow' };
    await lake.requests(
      { ...usual, id: 'view' },
      { ...usual, id: 'unchanged', http_status: '304', content_type: '-' },
      { ...usual, id: 'posted', http_method: 'POST' },
      { ...usual, id: 'missing', http_status: '404' },
      { ...usual, id: 'nothing said', http_status: '-' },
      { ...usual, id: 'picture by type', content_type: 'image/png' },
      { ...usual, id: 'picture by path', uri_path: '/a.png' },
      { ...usual, id: 'page called like a picture', uri_path: '/a.png', content_type: 'text/html' },
      { ...usual, id: 'no path', uri_path: '*' },
    );
    await lake.pageviews(
      { id: 'reported', dt: at(1) },
      { id: 'reported by a server', dt: at(1), status: 200, content_type: 'text/html' },
      { id: 'missing by a server', dt: at(1), status: 404 },
    );
    const ids = (await run()).map((view) => view['event_id'] ?? '');
    assert.deepEqual(
      ids.toSorted((a, b) => a.localeCompare(b)),
      ['page called like a picture', 'reported', 'reported by a server', 'unchanged', 'view'],
    );
  });

  void it("takes Wikimedia's rules for Wikimedia's hosts", async () => {
    const host = { uri_host: 'en.wikipedia.org', content_type: 'text/html; charset=UTF-8' };
    await lake.requests(
      { ...host, id: 'page', dt: at(1), uri_path: '/wiki/Blue_whale', x_analytics: 'ns=0;page_id=5' },
      { ...host, id: 'talk', dt: at(1), uri_path: '/wiki/Talk:Blue_whale', x_analytics: 'ns=1;page_id=6' },
      { ...host, id: 'title', dt: at(1), uri_path: '/w/index.php', uri_query: '?title=Krill' },
      {
        ...host,
        id: 'app',
        dt: at(1),
        uri_path: '/api/rest_v1/x',
        user_agent: APP,
        x_analytics: 'pageview=1',
      },
      { ...host, id: 'special', dt: at(1), uri_path: '/wiki/X', x_analytics: 'special=Watchlist' },
      {
        ...host,
        id: 'from',
        dt: at(2),
        uri_path: '/wiki/Krill',
        referer: 'https://en.wikipedia.org/wiki/Blue_whale',
      },
      {
        ...host,
        id: 'other',
        dt: at(2),
        uri_path: '/wiki/Krill',
        referer: 'https://de.wikipedia.org/wiki/Blauwal',
      },
    );
    const views = pick(await run(), 'project', 'article', 'namespace', 'access', 'referer_class', 'previous');
    assert.deepEqual(views, {
      page: ['en.wikipedia', 'Blue_whale', '0', 'desktop', 'none', ''],
      talk: ['en.wikipedia', 'Talk:Blue_whale', '1', 'desktop', 'none', ''],
      title: ['en.wikipedia', 'Krill', '', 'desktop', 'none', ''],
      app: ['en.wikipedia', 'rest_v1/x', '', 'mobile-app', 'none', ''],
      from: ['en.wikipedia', 'Krill', '', 'desktop', 'internal', 'Blue_whale'],
      other: ['en.wikipedia', 'Krill', '', 'desktop', 'internal', ''],
    });
  });

  void it('knows spiders, and cookies', async () => {
    const cookies = (id: string, text: string) => ({ id, dt: at(1), uri_path: '/', x_analytics: text });
    await lake.requests(
      { id: 'bot', dt: at(1), uri_path: '/', user_agent: 'Examplebot/1.0 (+https://bot.example.org/)' },
      { id: 'nobody', dt: at(1), uri_path: '/', user_agent: '-' },
      cookies('none', 'https=1;nocookies=1'),
      cookies('others', 'https=1'),
      cookies('wrong', 'WMF-Last-Access=31-Feb-2026'),
      cookies('silent', '-'),
    );
    const views = pick(await run(), 'agent', 'agent_rule', 'no_cookies', 'last_access');
    assert.deepEqual(views, {
      bot: ['spider', 'word', '', ''],
      nobody: ['spider', 'no user agent', '', ''],
      none: ['user', '', 'true', ''],
      others: ['user', '', 'false', ''],
      wrong: ['user', '', 'false', ''],
      silent: ['user', '', '', ''],
    });
  });

  void it('names people by what they send, spiders not at all, and nobody who sends no address', async () => {
    await lake.requests(
      { id: 'a', dt: at(1), uri_path: '/' },
      { id: 'the same', dt: at(2), uri_path: '/brook', uri_host: 'www.blog.example.net' },
      { id: 'other address', dt: at(2), uri_path: '/', ip: '192.0.2.2' },
      { id: 'other language', dt: at(2), uri_path: '/', accept_language: 'de' },
      { id: 'other site', dt: at(2), uri_path: '/', uri_host: 'shop.example.net' },
      { id: 'no address', dt: at(2), uri_path: '/', ip: '-' },
      { id: 'bot', dt: at(2), uri_path: '/', user_agent: 'Examplebot/1.0' },
    );
    const views = pick(await run(), 'actor');
    const nameOf = (id: string) => views[id]?.[0] ?? '?';
    assert.equal(nameOf('the same'), nameOf('a'));
    assert.equal(new Set(Object.keys(views).map(nameOf)).size, 5);
    assert.deepEqual([nameOf('no address'), nameOf('bot')], ['', '']);
  });

  void it('labels actors by their day, up to the hour', async () => {
    // 40 views in 40 s are a program's. 9 views are nobody's; an hour later they are 13, by a short user agent.
    const views = (ip: string, count: number, minute: number, more: object = {}) =>
      Array.from({ length: count }, (_, nth) => ({
        id: `${ip} ${minute} ${nth}`,
        dt: at(minute, nth),
        uri_path: `/${nth}`,
        ip,
        ...more,
      }));
    const short = { user_agent: 'Mozilla/5.0 Firefox/9' };
    await lake.requests(
      ...views('192.0.2.10', 40, 5),
      ...views('192.0.2.11', 9, 5, short),
      ...views('192.0.2.11', 4, 65, short),
      ...views('192.0.2.10', 1, 30),
      ...views('192.0.2.10', 1, 70),
      ...views('192.0.2.12', 9, 5),
      ...views('192.0.2.13', 40, 5),
    );
    const found = await run();
    const labels = new Map<string, number>();
    for (const { event_id: id = '', agent, agent_rule: rule, timestamp } of found) {
      const name = [id.split(' ')[0], timestamp, agent, rule].join(' ');
      labels.set(name, (labels.get(name) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(labels), {
      // 41 views in 25 minutes are slow enough; the first hour is judged as a whole.
      '192.0.2.10 2026112911 user ': 41,
      '192.0.2.10 2026112912 user ': 1,
      '192.0.2.11 2026112911 user ': 9,
      '192.0.2.11 2026112912 automated short-user-agent': 4,
      '192.0.2.12 2026112911 user ': 9,
      '192.0.2.13 2026112911 automated fast': 40,
    });
  });

  void it('counts the pages of a day once, whatever their hour', async () => {
    // 26 views in each of 4 hours without cookies, always of the same 20 pages: 104 views of 20 pages are a program's.
    const views = (ip: string, pages: number) =>
      Array.from({ length: 104 }, (_, nth) => ({
        id: `${ip} ${nth}`,
        dt: at(60 * Math.floor(nth / 26) + (nth % 26)),
        uri_path: `/${nth % pages}`,
        ip,
        x_analytics: 'nocookies=1',
      }));
    await lake.requests(...views('192.0.2.20', 20), ...views('192.0.2.21', 21));
    const automated = (await run()).filter(({ agent }) => agent === 'automated');
    assert.deepEqual(
      new Set(
        automated.map(({ event_id: id = '', timestamp, agent_rule: rule }) =>
          [id.split(' ')[0], timestamp, rule].join(' '),
        ),
      ),
      new Set(['192.0.2.20 2026112914 few-pages']),
    );
    assert.equal(automated.length, 26);
  });

  void it('does nothing twice', async () => {
    await lake.requests({ id: 'a', dt: at(1), uri_path: '/' });
    await run();
    const before = await lake.manifest();
    const hours = await lake.hours();
    assert.deepEqual((await lake.refine()).done, []);
    const again = await lake.refine({ again: true });
    assert.deepEqual(again.done, [{ hour: HOUR, kind: 'make', rows: 1, views: 1, isChanged: false }]);
    const after = await lake.manifest();
    assert.equal(after.version, before.version);
    assert.deepEqual(await lake.hours(), hours);
  });

  void it('makes hours again by new rules where it is asked to', async () => {
    await lake.requests({ id: 'a', dt: at(1), uri_path: '/' }, { id: 'b', dt: at(61), uri_path: '/' });
    await run();
    lake.rules = {
      ...lake.rules,
      version: 'new',
      pageOf: () => ({ project: 'new', article: '/', namespace: '' }),
    };
    assert.deepEqual((await lake.refine()).done, []);
    const range = { hours: { first: HOUR, last: HOUR } };
    const done = (await lake.refine(range)).done;
    assert.deepEqual(
      done.map(({ hour, isChanged }) => [hour, isChanged]),
      [[HOUR, true]],
    );
    assert.deepEqual(pick(await lake.views(), 'project'), { a: ['new'], b: ['blog.example.net'] });
    assert.deepEqual((await lake.refine(range)).done, []);
  });

  void it('closes hours that are loaded and refined, and no others', async () => {
    lake.clock.ms = HOUR * HOUR_MS + 30 * 60_000;
    await lake.requests({ id: 'a', dt: at(1), uri_path: '/' });
    await run();
    assert.equal((await lake.manifest()).closedMs, HOUR * HOUR_MS);
    const { version } = await lake.manifest();
    lake.clock.ms += HOUR_MS;
    await lake.load();
    await lake.refine();
    const closed = await lake.manifest();
    assert.equal(closed.closedMs, (HOUR + 1) * HOUR_MS);
    assert.ok(closed.version > version);
    assert.deepEqual(
      [...closed.days.values()].map((day) => day.version),
      [closed.version],
    );
    assert.deepEqual([...closed.projects], [['blog.example.net', HOUR]]);
  });

  void it('leaves an hour open of which too much is lost', async () => {
    const row = (sequence: number, minute: number) => ({
      dt: at(minute),
      uri_path: '/',
      hostname: 'cp1',
      sequence,
    });
    await lake.requests(row(1, 1), row(2, 2), row(60, 3), row(61, 70), row(62, 130));
    await lake.load();
    const { closing } = await lake.refine();
    assert.equal(closing.held?.hour, HOUR);
    assert.equal((await lake.manifest()).closedMs, HOUR * HOUR_MS);
    await lake.refine({ ignoresLoss: true });
    assert.equal((await lake.manifest()).closedMs, Date.UTC(2026, 10, 30, 11));
  });

  void it("keeps a day's key until its raw rows say nothing about persons, and labels after it", async () => {
    await lake.requests({ id: 'a', dt: at(1), uri_path: '/' });
    await run();
    const keys = join(lake.lake, '_keys');
    const { mode, size } = await stat(join(keys, '2026-11-29.key'));
    assert.deepEqual([mode & 0o777, size], [0o600, 32]);
    const views = await lake.views();
    lake.clock.ms += 8 * 24 * HOUR_MS;
    await lake.load();
    await lake.refine();
    assert.deepEqual(await readdir(keys), []);
    const done = (await lake.refine({ again: true })).done;
    assert.deepEqual(
      done.map(({ kind }) => kind),
      ['keep'],
    );
    assert.deepEqual(await lake.views(), views);
    assert.deepEqual(
      (await lake.hours()).map(([, { actors }]) => actors),
      [undefined],
    );
  });
});

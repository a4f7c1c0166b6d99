import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* A link becomes a frame in other sites: https://oembed.com */

const BASE = 'https://stats.example.org';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: { publicUrl: BASE } });
  await gateway.loadSample();
});
after(() => gateway.close());

const asked = (url: string, more = ''): string => `/oembed?url=${encodeURIComponent(BASE + url)}${more}`;

void test('a page that shows a question names the address of its frame, and the frame is there', async () => {
  for (const path of ['/docs/unique-devices', '/?metric=edits-aggregate', '/?metric=pageviews-top']) {
    const page = await gateway.get(path).set('accept', BROWSER).expect(200);
    const [, link = ''] = /type="application\/json\+oembed"[^>]* href="([^"]+)"/.exec(page.text) ?? [];
    assert.ok(link.startsWith(`${BASE}/oembed?`), path);
    const response = await gateway.get(link.slice(BASE.length)).expect(200);
    const told = response.body as Record<string, string | number>;
    assert.deepEqual(
      [told['version'], told['type'], told['width'], told['height']],
      ['1.0', 'rich', 720, 420],
    );
    const [, src = ''] =
      /^<iframe src="([^"]+)" width="720" height="420" title="[^"]+"><\/iframe>$/.exec(
        told['html'] as string,
      ) ?? [];
    const frame = await gateway.get(src.replaceAll('&#39;', "'").slice(BASE.length)).expect(200);
    assert.match(frame.text, /<svg/);
    await gateway
      .get((told['thumbnail_url'] as string).slice(BASE.length))
      .buffer(true)
      .expect(200);
  }
});

void test('an answer has a frame, in the room that there is', async () => {
  const path = '/metrics/pageviews/top/en.wikipedia/all-access/2024/12/15.csv';
  const response = await gateway.get(asked(path, '&maxwidth=360&maxheight=1000')).expect(200);
  const body = response.body as { width: number; height: number };
  assert.deepEqual([body.width, body.height], [360, 210]);
});

void test('what shows no question has no frame', async () => {
  for (const url of ['/docs/guides/query', '/docs/nothing', '/metrics/nothing', '/dashboards/reportcard'])
    await gateway.get(asked(url)).expect(404);
  await gateway.get(`/oembed?url=${encodeURIComponent('https://other.example.org/')}`).expect(404);
  await gateway.get('/oembed?url=nonsense').expect(404);
  await gateway.get('/oembed').expect(400);
  await gateway.get(asked('/docs/unique-devices', '&format=xml')).expect(400);
  await gateway.get(asked('/docs/unique-devices', '&maxwidth=wide')).expect(400);
  const guide = await gateway.get('/docs/guides/query').set('accept', BROWSER);
  assert.doesNotMatch(guide.text, /oembed/);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMBINED, COMMON, VHOST_COMBINED } from '../../../src/collect/logs/access-line.ts';
import { CACHE_LOG } from '../../../src/collect/logs/cache-log.ts';
import { CADDY_JSON } from '../../../src/collect/logs/caddy-json.ts';
import type { LogFormat, LoggedRequest } from '../../../src/collect/logs/format.ts';
import { LOG_FORMATS, recognise } from '../../../src/collect/logs/formats.ts';
import { NGINX_JSON } from '../../../src/collect/logs/nginx-json.ts';
import { WEBREQUEST_JSON } from '../../../src/collect/logs/webrequest-json.ts';
import { checkOf } from '../../../src/streams/event-check.ts';
import { WEBREQUEST } from '../../../src/streams/webrequest.ts';

const SITE = 'example.org';
const check = checkOf(WEBREQUEST.schema);

/** What a line is read as; it fits the stream. */
function read(format: LogFormat, line: string, site: string | undefined = SITE): LoggedRequest {
  const got = format.read(line, site);
  assert.ok('request' in got, JSON.stringify(got));
  assert.deepEqual(check(got.request), []);
  return got.request;
}

function refusal(format: LogFormat, line: string, site: string | undefined = SITE): unknown {
  const got = format.read(line, site);
  assert.ok(!('request' in got), JSON.stringify(got));
  return got;
}

const PLAIN = '192.0.2.7 - - [29/Nov/2026:11:20:30 +0100] "GET /wiki/Cat?action=raw HTTP/1.1" 200 5120';
const FULL = `${PLAIN} "https://example.org/" "Mozilla/5.0 (X11)"`;

describe('Apache’s and nginx’s lines', () => {
  test('a combined line is a request', () => {
    assert.deepEqual(read(COMBINED, FULL), {
      dt: '2026-11-29T10:20:30.000Z',
      ip: '192.0.2.7',
      http_status: '200',
      response_size: 5120,
      http_method: 'GET',
      uri_host: SITE,
      uri_path: '/wiki/Cat',
      uri_query: '?action=raw',
      referer: 'https://example.org/',
      user_agent: 'Mozilla/5.0 (X11)',
    });
  });

  test('a common line has neither referer nor user agent, and a combined one is none', () => {
    assert.equal('referer' in read(COMMON, PLAIN), false);
    assert.deepEqual(refusal(COMMON, FULL), { reason: 'nothing should follow its bytes' });
    assert.deepEqual(refusal(COMBINED, PLAIN), {
      reason: 'a "referer" and a "user agent" should follow its bytes',
    });
  });

  test('zones are read exactly', () => {
    const at = (time: string): string => read(COMMON, PLAIN.replace(/\[.*\]/, `[${time}]`)).dt;
    assert.equal(at('01/Jan/2024:00:10:00 +0530'), '2023-12-31T18:40:00.000Z');
    assert.equal(at('31/Dec/2023:20:30:00 -0330'), '2024-01-01T00:00:00.000Z');
    assert.equal(at('29/Feb/2024:12:00:00 +0000'), '2024-02-29T12:00:00.000Z');
    assert.equal(at('29/Feb/2024:12:00:00.123456 +1400'), '2024-02-28T22:00:00.123Z');
  });

  test('a wrong time is reported', () => {
    for (const time of [
      '29/Feb/2023:12:00:00 +0000',
      '31/Apr/2024:12:00:00 +0000',
      '1/Mai/2024:12:00:00 +0000',
      '01/May/2024:24:00:00 +0000',
    ]) {
      assert.deepEqual(refusal(COMMON, PLAIN.replace(/\[.*\]/, `[${time}]`)), {
        reason: `its time is "${time}", not as 29/Nov/2026:11:20:30 +0100`,
      });
    }
  });

  test('escaped quotes, backslashes and bytes are decoded', () => {
    const line = FULL.replace('Mozilla/5.0 (X11)', String.raw`a \"b\" \\ \xd0\x9a\xd0\xbe\xd1\x82 \t \x22`);
    assert.equal(read(COMBINED, line).user_agent, 'a "b" \\ Кот \t "');
    assert.equal(
      read(COMBINED, FULL.replace('Mozilla/5.0 (X11)', String.raw`ends in \\`)).user_agent,
      'ends in \\',
    );
  });

  test('a user may have spaces and brackets in the name', () => {
    const line = FULL.replace('- - [', '- a [b] c [');
    assert.equal(read(COMBINED, line).dt, '2026-11-29T10:20:30.000Z');
  });

  test('a malformed request is a request, too, because the server answered it', () => {
    const { http_method, uri_path } = read(
      COMBINED,
      FULL.replace('GET /wiki/Cat?action=raw HTTP/1.1', String.raw`\x16\x03\x01`),
    );
    assert.deepEqual([http_method, uri_path], ['-', '\x16\x03\x01']);
    assert.equal(read(COMBINED, FULL.replace('GET /wiki/Cat?action=raw HTTP/1.1', '-')).uri_path, '-');
    assert.equal(read(COMBINED, FULL.replace(' HTTP/1.1', '')).uri_query, '?action=raw');
  });

  test('the host of a whole URL in a request isn’t the site', () => {
    const line = FULL.replace('GET /wiki', 'GET http://en.wikipedia.org/wiki');
    assert.deepEqual([read(COMBINED, line).uri_host, read(COMBINED, line).uri_path], [SITE, '/wiki/Cat']);
  });

  test('an answer without a body has 0 bytes', () => {
    assert.equal(read(COMMON, PLAIN.replace('5120', '-')).response_size, 0);
  });

  test('X-Forwarded-For of nginx’s default configuration is kept; other additions aren’t', () => {
    assert.equal(
      read(COMBINED, `${FULL} "203.0.113.5, 198.51.100.2"`).x_forwarded_for,
      '203.0.113.5, 198.51.100.2',
    );
    assert.equal('x_forwarded_for' in read(COMBINED, `${FULL} "0.003" 17`), false);
  });

  test('several sites of one log are distinguished', () => {
    assert.equal(
      read(VHOST_COMBINED, `shop.example.org:443 ${FULL}`, undefined).uri_host,
      'shop.example.org',
    );
    assert.equal(recognise([`shop.example.org:443 ${FULL}`]), VHOST_COMBINED);
    assert.equal(recognise([FULL.replace('192.0.2.7', '2001:db8::1')]), COMBINED);
  });

  test('a line without a site is no request', () => {
    assert.deepEqual(COMBINED.read(FULL, undefined), {
      reason: 'it names no site: name it with --site HOST',
    });
  });
});

const TABS = [
  'cp1066.eqiad.wmnet',
  '25134406711',
  '2013-08-21T19:34:07.250',
  '0.746407509',
  '192.0.2.33',
  'miss/200',
  '1064',
  'GET',
  'http://en.wikipedia.org/wiki/Neutron?x=y',
  '-',
  'text/html; charset=utf-8',
  'http://en.wikipedia.org/wiki/Main_Page',
  '198.51.100.2',
  'UserAgent WooWoo',
  'en-US,en;q=0.8',
  'mf-m=a',
];

describe('the cache log', () => {
  test('a line with tabs is a request', () => {
    assert.deepEqual(read(CACHE_LOG, TABS.join('\t'), undefined), {
      hostname: 'cp1066.eqiad.wmnet',
      sequence: 25134406711,
      dt: '2013-08-21T19:34:07.250Z',
      time_firstbyte: 0.746407509,
      ip: '192.0.2.33',
      cache_status: 'miss',
      http_status: '200',
      response_size: 1064,
      http_method: 'GET',
      uri_host: 'en.wikipedia.org',
      uri_path: '/wiki/Neutron',
      uri_query: '?x=y',
      content_type: 'text/html; charset=utf-8',
      referer: 'http://en.wikipedia.org/wiki/Main_Page',
      x_forwarded_for: '198.51.100.2',
      user_agent: 'UserAgent WooWoo',
      accept_language: 'en-US,en;q=0.8',
      x_analytics: 'mf-m=a',
    });
  });

  test('a line with spaces, of 14 fields and seconds since 1970, too', () => {
    const line =
      'sq18.wikimedia.org 1715898 1169499304.066 0 192.0.2.1 TCP_MEM_HIT/200 13208 GET http://en.wikipedia.org/wiki/Main_Page NONE/- text/html - - Mozilla/4.0%20(compatible;%20MSIE%206.0)';
    const { dt, cache_status, user_agent, time_firstbyte, accept_language } = read(CACHE_LOG, line);
    assert.deepEqual(
      { dt, cache_status, user_agent, time_firstbyte, accept_language },
      {
        dt: '2007-01-22T20:55:04.066Z',
        cache_status: 'TCP_MEM_HIT',
        user_agent: 'Mozilla/4.0 (compatible; MSIE 6.0)',
        time_firstbyte: undefined,
        accept_language: undefined,
      },
    );
  });

  test('spaces in a field don’t shift the others', () => {
    const line =
      "ssl1002 -338866312 2012-02-09T10:00:09.126 1.667 192.0.2.1 FAKE_CACHE_STATUS/301 667 GET https://fr.wikipedia.org/wiki/Droit d'auteur NONE/wikipedia text/html; charset=utf-8 - 192.0.2.9, 192.0.2.8 An agent of four words";
    const { sequence, uri_path, content_type, x_forwarded_for, user_agent } = read(CACHE_LOG, line);
    assert.deepEqual(
      { sequence, uri_path, content_type, x_forwarded_for, user_agent },
      {
        // Squids counted in 32 bits, and beyond.
        sequence: -338866312,
        uri_path: "/wiki/Droit d'auteur",
        content_type: 'text/html; charset=utf-8',
        x_forwarded_for: '192.0.2.9, 192.0.2.8',
        user_agent: 'An agent of four words',
      },
    );
  });

  test('an unreadable line still has its number', () => {
    const numbered = { hostname: 'cp1066.eqiad.wmnet', sequence: 25134406711 };
    assert.deepEqual(refusal(CACHE_LOG, TABS.slice(0, 9).join('\t')), {
      reason: 'it has 9 fields, and should have 14 to 16',
      ...numbered,
    });
    assert.deepEqual(refusal(CACHE_LOG, TABS.with(2, 'yesterday').join('\t')), {
      reason: 'its time is "yesterday"',
      ...numbered,
    });
    assert.deepEqual(CACHE_LOG.read(TABS.with(8, 'http:').join('\t'), undefined), {
      reason: 'its URL names no site: "http:"',
      ...numbered,
    });
  });
});

const WEBREQUEST_LINE = {
  hostname: 'cp1066.eqiad.wmnet',
  sequence: 25134406711,
  dt: '2017-11-29T11:20:30',
  time_firstbyte: 0.000121,
  ip: '192.0.2.33',
  cache_status: 'hit-front',
  http_status: '200',
  response_size: 1064,
  http_method: 'GET',
  uri_host: 'en.wikipedia.org',
  uri_path: '/wiki/Neutron',
  uri_query: '-',
  content_type: 'text/html; charset=UTF-8',
  referer: '-',
  user_agent: 'An agent',
  accept_language: '-',
  x_analytics: 'ns=0;page_id=21272',
  range: '-',
  x_cache: 'cp1066 hit/7',
};

describe('webrequest JSON', () => {
  test('the raw columns are unchanged, and the time is in UTC', () => {
    assert.deepEqual(read(WEBREQUEST_JSON, JSON.stringify(WEBREQUEST_LINE)), {
      ...WEBREQUEST_LINE,
      dt: '2017-11-29T11:20:30.000Z',
      uri_query: '',
    });
    const zoned = { ...WEBREQUEST_LINE, dt: '2026-11-29T11:20:30.5+02:00', http_status: 304, more: { a: 1 } };
    const { dt, http_status, more } = read(WEBREQUEST_JSON, JSON.stringify(zoned));
    assert.deepEqual([dt, http_status, more], ['2026-11-29T09:20:30.500Z', '304', undefined]);
  });

  test('missing numbers are absent', () => {
    const line = { ...WEBREQUEST_LINE, sequence: '17', response_size: '-', time_firstbyte: '-' };
    const { sequence, response_size, time_firstbyte } = read(WEBREQUEST_JSON, JSON.stringify(line));
    assert.deepEqual([sequence, response_size, time_firstbyte], [17, undefined, undefined]);
  });

  test('a line without a time, or a truncated line, still has its number', () => {
    const numbered = { hostname: 'cp1066.eqiad.wmnet', sequence: 25134406711 };
    assert.deepEqual(refusal(WEBREQUEST_JSON, JSON.stringify({ ...WEBREQUEST_LINE, dt: '-' })), {
      reason: 'its dt is "-"',
      ...numbered,
    });
    const { reason, ...rest } = refusal(WEBREQUEST_JSON, JSON.stringify(WEBREQUEST_LINE).slice(0, 120)) as {
      reason: string;
    };
    assert.match(reason, /^it is no JSON/);
    assert.deepEqual(rest, numbered);
  });
});

describe('nginx’s JSON', () => {
  test('nginx’s own variables are read by their names', () => {
    const line = {
      time_iso8601: '2026-11-29T11:20:30+01:00',
      remote_addr: '192.0.2.7',
      request_method: 'GET',
      host: 'Example.org:8080',
      request_uri: '/a?b=c',
      status: '200',
      body_bytes_sent: '17',
      http_referer: '',
      http_user_agent: 'An agent',
      upstream_cache_status: 'HIT',
    };
    const { dt, ip, uri_host, uri_path, uri_query, response_size, referer, user_agent, cache_status } = read(
      NGINX_JSON,
      JSON.stringify(line),
      undefined,
    );
    assert.deepEqual(
      { dt, ip, uri_host, uri_path, uri_query, response_size, referer, user_agent, cache_status },
      {
        dt: '2026-11-29T10:20:30.000Z',
        ip: '192.0.2.7',
        uri_host: 'example.org',
        uri_path: '/a',
        uri_query: '?b=c',
        response_size: 17,
        referer: '-',
        user_agent: 'An agent',
        cache_status: 'HIT',
      },
    );
  });

  test('other common names work, too, and so do a request line and seconds', () => {
    const line = { '@timestamp': 1719324985.971, request: 'GET /x?y HTTP/2.0', status: 304, ua: 'An agent' };
    const { dt, uri_host, uri_path, uri_query, http_status } = read(NGINX_JSON, JSON.stringify(line));
    assert.deepEqual(
      [dt, uri_host, uri_path, uri_query, http_status],
      ['2024-06-25T14:16:25.971Z', SITE, '/x', '?y', '304'],
    );
    const apart = { time_local: '25/Jun/2024:14:16:25 +0000', uri: '/x', args: 'y=z', status: 200 };
    assert.equal(read(NGINX_JSON, JSON.stringify(apart)).uri_query, '?y=z');
  });

  test('missing members are reported', () => {
    assert.deepEqual(refusal(NGINX_JSON, '{"status":200,"uri":"/"}'), {
      reason: 'it has no time: time_iso8601, msec, time_local, @timestamp, timestamp',
    });
    assert.deepEqual(refusal(NGINX_JSON, '{"msec":"1719324985.971","status":200}'), {
      reason: 'it has neither request nor request_uri',
    });
  });
});

const CADDY_LINE = {
  level: 'info',
  ts: 1719324985.9711,
  logger: 'http.log.access',
  msg: 'handled request',
  request: {
    remote_ip: '10.0.0.2',
    client_ip: '192.0.2.7',
    proto: 'HTTP/2.0',
    method: 'GET',
    host: 'app.example.org',
    uri: '/api/?page=1',
    headers: { 'User-Agent': ['An agent'], Accept: ['*/*'], 'Accept-Language': ['en', 'fr'] },
  },
  duration: 0.04,
  size: 238,
  status: 200,
  resp_headers: { 'Content-Type': ['application/json'] },
};

describe('Caddy’s JSON', () => {
  test('a line is a request', () => {
    assert.deepEqual(read(CADDY_JSON, JSON.stringify(CADDY_LINE), undefined), {
      dt: '2024-06-25T14:16:25.971Z',
      ip: '192.0.2.7',
      http_status: '200',
      response_size: 238,
      http_method: 'GET',
      uri_host: 'app.example.org',
      uri_path: '/api/',
      uri_query: '?page=1',
      content_type: 'application/json',
      referer: '-',
      user_agent: 'An agent',
      accept_language: 'en, fr',
      accept: '*/*',
      range: '-',
    });
    const { dt } = read(CADDY_JSON, JSON.stringify({ ...CADDY_LINE, ts: '2024-06-25T14:16:25.971+0000' }));
    assert.equal(dt, '2024-06-25T14:16:25.971Z');
  });

  test('other messages of Caddy are no requests', () => {
    const line = { level: 'info', ts: 1, logger: 'tls.obtain', msg: 'certificate obtained' };
    assert.deepEqual(refusal(CADDY_JSON, JSON.stringify(line)), {
      reason: 'it has no request; its msg is "certificate obtained"',
    });
  });
});

test('each format is recognised by its first lines, even after unreadable ones', () => {
  const lines: Readonly<Record<string, string>> = {
    webrequest: JSON.stringify(WEBREQUEST_LINE),
    caddy: JSON.stringify(CADDY_LINE),
    nginx: '{"time":"2026-11-29T11:20:30+00:00","host":"example.org","uri":"/","status":200}',
    combined: FULL,
    vhost_combined: `example.org:80 ${FULL}`,
    common: PLAIN,
    cache: TABS.join('\t'),
  };
  assert.deepEqual(Object.keys(lines).toSorted(), LOG_FORMATS.map(({ name }) => name).toSorted());
  for (const [name, line] of Object.entries(lines)) {
    assert.equal(recognise([line])?.name, name);
    assert.equal(recognise(['what is this', '', line])?.name, name);
  }
  assert.equal(recognise(['what is this', '{}', '[]', 'null']), undefined);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Kraken } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'kraken-define-'));
const log = join(folder, 'access.log');
after(() => rmSync(folder, { recursive: true }));

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0';
const line = (request: string, status: number, agent = FIREFOX): string =>
  `192.0.2.1 - - [29/Nov/2026:11:20:30 +0100] "${request} HTTP/1.1" ${status} 512 "https://www.google.de/" "${agent}"`;
// The last line has no end.
writeFileSync(
  log,
  [
    line('GET /meadow?q=1', 200),
    line('GET /style.css', 200),
    line('GET /missing', 404, 'curl/7.35.0'),
    'no line of a log',
    line('GET /', 200, `${FIREFOX} \\x1b[31m`),
  ].join('\n'),
);

async function define(...flags: string[]): Promise<{ lines: string[]; stderr: string }> {
  const { code, stdout, stderr } = await new Kraken(['define', log, '--site', 'blog.example.net', ...flags])
    .ended;
  assert.equal(code, 0, stderr);
  return { lines: stdout.trimEnd().split('\n'), stderr };
}

void test('kraken define prints what the rules say of each line, and which rule says it', async () => {
  const { lines, stderr } = await define();
  assert.deepEqual(
    lines.map((text) => text.split(/ {2,}/).slice(0, 3)),
    [
      ['view', 'rule', 'request'],
      ['view', 'path', 'GET 200 /meadow?q=1'],
      ['no view', 'ending of a style', 'GET 200 /style.css'],
      ['no view', 'status', 'GET 404 /missing'],
      ['-', 'unreadable', 'there is no [time] "request" in it'],
      ['view', 'path', 'GET 200 /'],
    ],
  );
  assert.match(
    lines[1] ?? '',
    /blog\.example\.net +\/meadow +desktop +user +search-engine Google +Firefox 86, Windows/,
  );
  assert.match(lines[3] ?? '', /spider \(beginning\)/);
  assert.match(stderr, /2 view: path\n1 no view: /);
  assert.match(stderr, /page: own-site-1-/);
});

void test('kraken define --format json prints an object a line', async () => {
  const { lines } = await define('--format', 'json');
  const objects = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.deepEqual(
    objects.map(({ isView, rule, reason }) => [isView, rule ?? reason]),
    [
      [true, 'path'],
      [false, 'ending of a style'],
      [false, 'status'],
      [undefined, 'there is no [time] "request" in it'],
      [true, 'path'],
    ],
  );
});

void test('kraken define chooses the rules by the host, as kraken refine does', async () => {
  const path = join(folder, 'webrequest.ndjson');
  const request = (uri_host: string) => ({
    dt: '2026-11-29T11:20:30Z',
    uri_host,
    uri_path: '/wiki/Cat',
    http_method: 'GET',
    http_status: '200',
    content_type: 'text/html',
    user_agent: FIREFOX,
  });
  const hosts = ['en.wikipedia.org', 'blog.example.org'];
  writeFileSync(path, hosts.map((host) => `${JSON.stringify(request(host))}\n`).join(''));
  const defined = async (...flags: string[]) => {
    const { code, stdout, stderr } = await new Kraken(['define', path, '--format', 'json', ...flags]).ended;
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    const objects = lines.map((text) => JSON.parse(text) as { rules: string; page: Record<string, unknown> });
    return { stderr, pages: objects.map(({ rules, page }) => [rules, page['project'], page['article']]) };
  };
  const { pages, stderr } = await defined();
  assert.deepEqual(pages, [
    ['wikimedia', 'en.wikipedia', 'Cat'],
    ['own-site', 'blog.example', '/wiki/Cat'],
  ]);
  assert.match(stderr, /page: own-site-1-\S+, wikimedia-1-/);
  assert.deepEqual((await defined('--rules', 'own-site')).pages[0], [
    'own-site',
    'en.wikipedia',
    '/wiki/Cat',
  ]);
});

void test('kraken define takes the rules of Wikimedia for all hosts, too', async () => {
  const { lines } = await define('--rules', 'wikimedia');
  assert.deepEqual(
    lines.slice(1, 3).map((text) => text.split(/ {2,}/).slice(0, 2)),
    [
      ['no view', 'host'],
      ['no view', 'host'],
    ],
  );
});

void test('kraken define refuses a site that is no host', async () => {
  const { code, stderr } = await new Kraken(['define', log, '--site', 'no host']).ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /--site is "no host", but it takes a host such as example.org/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf } from '../../src/collect/host-of.ts';
import { isBot } from '../../src/collect/is-bot.ts';
import { SenderRates } from '../../src/collect/sender-rates.ts';
import { siteMatcher } from '../../src/collect/sites.ts';

void test('programs are distinguished from people, and Wikipedia’s apps count as people', () => {
  const agents: readonly (readonly [agent: string, isBot: boolean])[] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', false],
    ['WikipediaApp/2.7.50511-r-2025-01-01 (Android 14; Phone) Google Play', false],
    ['Wikipedia/5.0.1', false],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', true],
    ['curl/8.5.0', true],
    ['python-requests/2.32.0', true],
    ['x'.repeat(3000), true],
  ];
  for (const [agent, is] of agents) {
    assert.equal(isBot(agent), is, agent);
    assert.equal(isBot(agent), is, `${agent}, seen before`);
  }
});

void test('patterns name hosts, and all hosts below a domain', () => {
  const matches = siteMatcher(['example.org', '*.example.com']);
  const hosts = ['example.org', 'www.example.org', 'example.com', 'a.b.example.com', 'badexample.com'];
  assert.deepEqual(hosts.map(matches), [true, false, false, true, false]);
  assert.ok(siteMatcher(['*'])('anything'));
});

void test('a host has one spelling', () => {
  for (const [text, host] of [
    ['Example.ORG', 'example.org'],
    ['example.org:8080', 'example.org'],
    ['example.org.', 'example.org'],
    ['localhost', 'localhost'],
    ['192.0.2.1:80', '192.0.2.1'],
    ['[2001:DB8::1]:80', '[2001:db8::1]'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['', undefined],
    ['a b', undefined],
    ['user@example.org', undefined],
    ['example.org/path', undefined],
    ['-', undefined],
    ['x'.repeat(400), undefined],
  ] as const)
    assert.equal(hostOf(text), host, text);
});

void test('senders are remembered without addresses, and forgotten the next day', () => {
  let now = Date.parse('2026-11-29T23:59:00Z');
  let keys = 0;
  const rates = new SenderRates(60, { now: () => now }, () => Buffer.alloc(32, ++keys));
  assert.equal(rates.take('192.0.2.1', 60), undefined);
  assert.equal(rates.take('192.0.2.1', 30), 30);
  assert.equal(rates.take('192.0.2.2', 30), undefined);
  now += 30_000;
  assert.equal(rates.take('192.0.2.1', 30), undefined);
  assert.equal(keys, 1);
  now += 30_000;
  assert.equal(rates.take('192.0.2.1', 60), undefined);
  assert.equal(keys, 2);
  // A clock that is set back gives nothing away, and takes nothing.
  now -= 10_000;
  assert.equal(rates.take('192.0.2.1', 60), undefined);
  assert.equal(keys, 3);
});

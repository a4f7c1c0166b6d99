import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodingFor } from '../../../src/api/http/conditional.ts';
import { preferenceAmong } from '../../../src/api/http/negotiate.ts';

const OFFERS = [
  'application/json; charset=utf-8',
  'text/csv; charset=utf-8',
  'application/x-ndjson',
] as const;
const wanted = preferenceAmong(OFFERS);
const short = (type: string | undefined): string => type?.split(/[/;]/)[1] ?? 'none';

void test('the form that an Accept header wants most, by RFC 9110', () => {
  const headers: Readonly<Record<string, string>> = {
    '*/*': 'json',
    'application/json': 'json',
    'text/csv': 'csv',
    'TEXT/CSV': 'csv',
    'text/csv;q=0': 'none',
    'text/csv;q=0, */*': 'json',
    'text/csv; Q=0.000 , */*;q=0.1': 'json',
    'text/*;q=0, */*': 'json',
    'application/*;q=0, */*;q=0.1': 'csv',
    'application/json;q=0.1, text/csv;q=0.2': 'csv',
    'application/json;q=0.5, */*;q=0.1': 'json',
    'text/html, text/csv;q=0.3, */*;q=0.1': 'csv',
    'text/csv, application/json': 'csv',
    'application/json, text/csv': 'json',
    'text/csv;charset=utf-8': 'csv',
    'text/csv; charset="UTF-8"': 'csv',
    'text/csv;charset=latin1': 'none',
    'text/html': 'none',
    'text/csv,,': 'csv',
    'constructor/__proto__, text/csv': 'csv',
  };
  for (const [accept, form] of Object.entries(headers)) assert.equal(short(wanted(accept)), form, accept);
});

void test('a header that is missing, malformed or endless wants what is offered first', () => {
  for (const accept of [undefined, '', ',,,', 'garbage', '__proto__', `${'a/b,'.repeat(4000)}text/csv`])
    assert.equal(short(wanted(accept)), 'json', accept?.slice(0, 20));
});

void test('the encoding that an Accept-Encoding header wants most', () => {
  const LONG = 5000;
  const headers: Readonly<Record<string, string>> = {
    '': 'identity',
    'gzip, deflate, br, zstd': 'br',
    'gzip, deflate': 'gzip',
    '*': 'br',
    'br;q=0, *': 'gzip',
    '*;q=0': 'identity',
    'gzip;q=0': 'identity',
    'br;q=0.5, gzip': 'gzip',
    'gzip;q=0.5, identity': 'identity',
    'identity;q=0': 'identity',
    deflate: 'identity',
    BR: 'br',
  };
  for (const [accept, encoding] of Object.entries(headers))
    assert.equal(encodingFor(accept, LONG), encoding, accept);
  assert.equal(encodingFor(undefined, LONG), 'identity');
});

void test('a short body is packed where it may not be sent as it is', () => {
  assert.equal(encodingFor('br, gzip', 10), 'identity');
  assert.equal(encodingFor('br, identity;q=0', 10), 'br');
  assert.equal(encodingFor('gzip, *;q=0', 10), 'gzip');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import { parseHiveAddress } from '../../../src/warehouses/hive/address.ts';

void test('an address can set everything, and most of it has defaults', () => {
  assert.deepEqual(parseHiveAddress('//hive.example'), {
    host: 'hive.example',
    port: 10000,
    database: 'default',
    user: undefined,
    password: undefined,
    transport: 'binary',
    path: '/cliservice',
    auth: 'nosasl',
    tls: false,
    ca: undefined,
    sessions: 4,
    lake: undefined,
    location: undefined,
  });
  const all =
    '//me%40here:p%3A%2Fw@[::1]:10001/kraken?lake=%2Fa%20lake&location=s3a://bucket/lake&transport=http' +
    '&path=/hive&auth=plain&tls=true&ca=/etc/ca.pem&sessions=16';
  assert.deepEqual(parseHiveAddress(all), {
    host: '::1',
    port: 10001,
    database: 'kraken',
    user: 'me@here',
    password: 'p:/w',
    transport: 'http',
    path: '/hive',
    auth: 'plain',
    tls: true,
    ca: '/etc/ca.pem',
    sessions: 16,
    lake: '/a lake',
    location: 's3a://bucket/lake',
  });
});

void test('an address with a user logs in with it, unless auth=nosasl', () => {
  assert.equal(parseHiveAddress('//me@h').auth, 'plain');
  assert.equal(parseHiveAddress('//me@h?auth=nosasl').auth, 'nosasl');
});

void test('a wrong address is refused in a sentence that does not show the password', () => {
  const wrong = [
    ['', /no host/],
    ['//', /no host/],
    ['//h:99999', /no host|wrong/],
    ['//h?session=4', /no option session, only lake/],
    ['//h?lake=', /lake has no value/],
    ['//h?sessions=1&sessions=2', /twice/],
    ['//h?sessions=0', /1 to 64/],
    ['//h?sessions=65', /1 to 64/],
    ['//h?transport=udp', /binary or http, not udp/],
    ['//h?tls=yes', /true or false/],
    ['//h?auth=plain', /needs a user/],
    ['//h?path=cli', /slash/],
    ['//h/a;b', /letters, digits and _/],
    ['//u:secret%zz@h', /%25/],
    ['//u:secret@h?tls=maybe', /true or false/],
  ] as const;
  for (const [place, message] of wrong) {
    assert.throws(
      () => parseHiveAddress(place),
      (error) =>
        error instanceof EngineError && message.test(error.message) && !error.message.includes('secret'),
      place,
    );
  }
});

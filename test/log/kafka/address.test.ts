import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKafkaAddress, prefixOf, topicOf } from '../../../src/log/kafka/address.ts';
import { EventLogError } from '../../../src/log/log-errors.ts';

void test('an address names brokers, a prefix and how topics are made', () => {
  assert.deepEqual(parseKafkaAddress('//one.example.org,[::1]:9093/events?partitions=6&replication=3'), {
    brokers: [
      { host: 'one.example.org', port: 9092 },
      { host: '::1', port: 9093 },
    ],
    name: 'events',
    partitions: 6,
    replication: 3,
    tls: false,
    ca: undefined,
    login: undefined,
  });
  assert.equal(prefixOf(parseKafkaAddress('//localhost')), 'kraken');
  assert.equal(topicOf(parseKafkaAddress('//localhost/webrequest.text_1')), 'webrequest.text_1');
});

void test('an address may have a login and certificates', () => {
  const { tls, ca, login } = parseKafkaAddress('//me:a%40b:c@host/p?tls=true&ca=/ca.pem&sasl=SCRAM-SHA-512');
  assert.deepEqual([tls, ca], [true, '/ca.pem']);
  assert.deepEqual(login, { mechanism: 'SCRAM-SHA-512', user: 'me', password: 'a@b:c' });
  assert.equal(parseKafkaAddress('//me:secret@host').login?.mechanism, 'PLAIN');
});

void test('a mistake in an address is named, and a password never shown', () => {
  const mistakes: Record<string, RegExp> = {
    '': /no broker/,
    '/tmp/log': /no broker/,
    '//': /no broker/,
    '//me:secret@/p': /no broker/,
    '//host:0/p': /0 is no port/,
    '//host:99999': /99999 is no port/,
    '//host:secret': /"host:secret" is no HOST:PORT/,
    '//host,,other': /"" is no HOST:PORT/,
    '//host/a/b': /not "a\/b"/,
    '//host/p?partition=3': /no option "partition", only partitions, /,
    '//host/p?partitions=0': /partitions is a number from 1 to 999, not 0/,
    '//host/p?partitions=1&partitions=2': /partitions is there twice/,
    '//host/p?replication=': /replication has no value/,
    '//host/p?tls=yes': /tls is true or false, not yes/,
    '//host/p?sasl=plain': /sasl needs a user/,
    '//me:secret@host/p?sasl=kerberos': /sasl is plain, .*not kerberos/,
    '//me:secret%ZZ@host/p': /%XX/,
  };
  for (const [place, message] of Object.entries(mistakes)) {
    assert.throws(
      () => parseKafkaAddress(place),
      (error) => {
        assert.ok(error instanceof EventLogError, place);
        assert.match(error.message, message);
        if (place.includes('me:')) assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  }
  assert.throws(() => prefixOf(parseKafkaAddress('//host/a.b')), /a prefix has letters, digits, "_" and "-"/);
  assert.throws(() => topicOf(parseKafkaAddress('//host')), /names no topic/);
});

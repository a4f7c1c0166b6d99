import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LOG_FORMATS } from '../../../src/collect/logs/formats.ts';
import { LONGEST_LINE } from '../../../src/collect/logs/line-cutter.ts';
import { readLine } from '../../../src/collect/logs/line-reader.ts';
import { checkOf } from '../../../src/streams/event-check.ts';
import { REJECTS } from '../../../src/streams/rejects.ts';

/* No line that anybody may send to a server, and so into its log, breaks the reading of it. */

const checkReject = checkOf(REJECTS.schema);
const CLOCK = { now: () => Date.UTC(2026, 10, 29) };

/** Parts of lines of all formats, so that what is made of them comes far. */
const PARTS = [
  '192.0.2.7 - - [29/Nov/2026:11:20:30 +0100] "GET / HTTP/1.1" 200 5',
  ' "https://example.org/" "An agent"',
  '"',
  '\\"',
  '\\x',
  '\\xd0',
  '\\',
  '[',
  ']',
  '] "',
  ' [',
  'example.org:80 ',
  'sq18.wikimedia.org 1715898 1169499304.066 0 192.0.2.1 TCP_MEM_HIT/200 13208 GET ',
  'http://en.wikipedia.org/wiki/Main_Page NONE/- text/html; - 1.2.3.4,',
  '\t',
  ' ',
  ',',
  ';',
  '-',
  '%20',
  '%',
  '{"dt":"2026-11-29T11:20:30Z",',
  '"hostname":"cp1","sequence":17,',
  '"uri_path":"/","uri_host":"example.org"',
  '"ts":1e400,"request":{"uri":"/","headers":{"User-Agent":[null]}}',
  '"time":"1719324985.971","status":200,"uri":',
  '"status":null,"request":[],"__proto__":{}',
  '}',
  '\0',
  '\ud800',
];

const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 5 })), { maxLength: 30 })
    .map((parts) => parts.join('')),
  fc.json(),
  fc.object().map((object) =>
    JSON.stringify({
      dt: '2026-11-29T11:20:30Z',
      uri_path: '/',
      status: 200,
      time: 1719324985,
      uri: '/',
      ts: 1,
      ...object,
    }),
  ),
);

test('no line makes a format throw, and each becomes an event or a reject that fits its stream', () => {
  fc.assert(
    fc.property(
      line,
      fc.constantFrom(...LOG_FORMATS),
      fc.option(fc.constant('example.org'), { nil: undefined }),
      (text, format, site) => {
        const source = { label: 'access.log', identity: 'i', format, site };
        const { incoming, reason, asReject } = readLine({ at: 0, text }, source, CLOCK);
        assert.ok(incoming.id.length >= 1 && incoming.id.length <= 128);
        assert.deepEqual(checkReject({ meta: {}, ...asReject('it was refused').event }), []);
        if (reason === undefined)
          assert.ok(Number.isFinite(incoming.timeMs) && (incoming.timeMs as number) >= 0);
        else assert.deepEqual(checkReject({ meta: {}, ...incoming.event }), []);
      },
    ),
    { numRuns: 5000 },
  );
});

/** What is long in one way or another. */
const LONG: Readonly<Record<string, (bytes: number) => string>> = {
  backslashes: (bytes) => `192.0.2.7 - - [29/Nov/2026:11:20:30 +0100] "GET ${'\\'.repeat(bytes)}" 200 5`,
  'escaped quotes': (bytes) =>
    `192.0.2.7 - - [29/Nov/2026:11:20:30 +0100] "GET ${'\\"'.repeat(bytes / 2)}" 200 5 "-" "-"`,
  'escaped bytes': (bytes) =>
    `192.0.2.7 - - [29/Nov/2026:11:20:30 +0100] "GET ${'\\xd0'.repeat(bytes / 4)}" 200 5 "-" "-"`,
  brackets: (bytes) => ' ['.repeat(bytes / 2),
  'brackets before quotes': (bytes) => `${' ['.repeat(bytes / 4)}${'] "'.repeat(bytes / 6)}`,
  spaces: (bytes) => `sq18 1 1169499304.066 0 1 A/200 1 GET ${' '.repeat(bytes)}`,
  peers: (bytes) => `sq18 1 1169499304.066 0 1 A/200 1 GET x ${'A/ '.repeat(bytes / 3)}`,
  semicolons: (bytes) => `sq18 1 1169499304.066 0 1 A/200 1 GET x - ${'; '.repeat(bytes / 2)}`,
  tabs: (bytes) => `sq18\t1\t1169499304.066\t0\t1\tA/200\t1\tGET${'\t'.repeat(bytes)}`,
  percents: (bytes) =>
    `sq18\t1\t1169499304.066\t0\t1\tA/200\t1\tGET\tx\t-\t-\t-\t-\t${'%20'.repeat(bytes / 3)}`,
  digits: (bytes) => `sq18 ${'1'.repeat(bytes)}`,
  nesting: (bytes) => `{"dt":${'['.repeat(bytes)}`,
  hostnames: (bytes) => `{${'"hostname":"'.repeat(bytes / 12)}`,
  sequences: (bytes) => `{${'"sequence": '.repeat(bytes / 12)}`,
  colons: (bytes) => `${':1'.repeat(bytes / 2)} `,
  capitals: (bytes) => `sq18 1 1169499304.066 0 1 A/200 1 GET x ${'A'.repeat(bytes)}`,
};

test('every format reads a line in linear time', () => {
  const timeOf = (text: string): number => {
    const times = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage();
      for (const format of LOG_FORMATS) format.read(text, 'example.org');
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  };
  for (const [name, make] of Object.entries(LONG)) {
    // In time that grows with the square each would take many seconds.
    const ms = timeOf(make(4 * LONGEST_LINE));
    assert.ok(ms < 1500, `${name}: ${ms.toFixed(0)} ms`);
  }
});

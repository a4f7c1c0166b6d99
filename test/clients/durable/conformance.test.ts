// Runs in a process of its own: vitest changes the environment of its process, and what becomes of errors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { listen } from '../../api/listen/events.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { Shim } from './shim.ts';

/*
 * The tests of reading in the conformance suite of Durable Streams. Its other tests are about what writers do: appending,
 * closing, expiring and forking, which this API has no part in.
 */

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Whether all tests that read are run, which takes a while: KRAKEN_TEST_DURABLE=all. */
const IS_WHOLE = process.env['KRAKEN_TEST_DURABLE'] === 'all';
/** The groups of the suite that read. */
const GROUPS = [
  'Read Operations',
  'Long-Poll Operations',
  'Offset Validation and Resumability',
  'Long-Poll Edge Cases',
  'Read-Your-Writes Consistency',
  'SSE Mode',
  'Caching and ETag',
  'HTTP Protocol should (return correct headers on GET|return empty body with up-to-date|read from offset)',
  'Browser Security Headers .*(GET|SSE|long-poll) responses',
  'Protocol Edge Cases should (preserve data immutability|generate unique|reject empty offset|reject multiple offset|ignore unknown)',
  'JSON Mode should (wrap single|store arrays|concatenate|work with client)',
];
/** Those that are always run: one of each kind. */
const SOME = [
  'Read Operations',
  'Long-Poll Operations',
  'Offset Validation and Resumability should (return correct tail|be able to resume|reject|support resumable)',
  'Long-Poll Edge Cases should (require|echo|return immediately)',
  'SSE Mode (JSON|should (send|handle cursor|have correct|support reconnection))',
  'Caching and ETag should return 304',
];
/** What tests nothing of ours: these bytes are the shim's, since all our messages are JSON. */
const OF_BYTES = 'base64|Data-Encoding|CRLF|newlines|binary';

/** What holds by chance or not at all, by design. */
const DIFFERS: Readonly<Record<string, string>> = {
  'Protocol Edge Cases > should generate unique, monotonically increasing offsets':
    'An offset names what was seen, not a place in a log. So any gateway knows it, and it sorts by nothing.',
};

let gateway: Gateway;
let shim: Shim;
before(async () => {
  gateway = await startGateway();
  shim = await Shim.start(gateway, await listen(gateway));
});
after(async () => {
  await shim.close();
  await gateway.close();
});

test(
  'reading by offsets, long polls and events is as Durable Streams has it',
  { timeout: 1_200_000 },
  async (t) => {
    process.env['DURABLE_BASE'] = shim.base;
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        watch: false,
        root: FOLDER,
        include: ['suite.js'],
        exclude: [],
        reporters: [{}],
        testNamePattern: new RegExp(`^(?!.*(?:${OF_BYTES})).*(?:${(IS_WHOLE ? GROUPS : SOME).join('|')})`),
        testTimeout: 60_000,
        // Most of them wait most of the time.
        sequence: { concurrent: true },
        maxConcurrency: 16,
      },
      { cacheDir: FOLDER },
    );
    const failed: string[] = [];
    let passed = 0;
    for (const module of vitest.state.getTestModules())
      for (const one of module.children.allTests()) {
        const { state, errors } = one.result();
        if (state === 'passed') passed++;
        if (state !== 'failed') continue;
        failed.push(one.fullName);
        t.diagnostic(`${one.fullName}: ${errors?.[0]?.message.split('\n', 1)[0]}`);
      }
    await vitest.close();
    for (const error of shim.errors) t.diagnostic(`shim: ${String(error)}`);
    t.diagnostic(`${passed} passed, ${failed.length} differ`);
    assert.deepEqual(
      failed.filter((name) => !(name in DIFFERS)),
      [],
    );
    assert.ok(passed > (IS_WHOLE ? 60 : 15), `only ${passed} tests ran`);
  },
);

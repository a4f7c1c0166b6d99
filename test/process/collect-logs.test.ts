import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLog, openFileLogReader } from '../../src/log/files/open.ts';
import { type Kraken, Processes } from '../support/process.ts';
import { randomOf } from '../support/random.ts';

/*
 * Logs that are followed by real processes, which are killed. KRAKEN_TEST_KILLS=20 is the long form;
 * KRAKEN_TEST_SEED repeats a run.
 */

const KILLS = Number(process.env['KRAKEN_TEST_KILLS'] ?? 5);
const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? Date.now() % 1_000_000);

const processes = new Processes();
after(() => processes.end());

let written = 0;
const line = (): string =>
  `192.0.2.1 - - [29/Nov/2025:11:20:30 +0000] "GET /${written++} HTTP/1.1" 200 5 "-" "An agent"\n`;
const lines = (count: number): string => Array.from({ length: count }, line).join('');

/** Waits until a process has said something on stderr. */
async function said(kraken: Kraken, text: string): Promise<void> {
  while (!kraken.stderr.includes(text)) {
    const ended = await Promise.race([
      kraken.ended,
      once(kraken.child.stderr as NodeJS.ReadableStream, 'data'),
    ]);
    if ('code' in ended) throw new Error(`it ended: ${ended.stderr}`);
  }
}

/** The paths of a stream's events by id, and how many records there are. */
async function held(
  data: string,
  stream = 'webrequest',
): Promise<{ paths: Map<string, string>; records: number }> {
  const reader = openFileLogReader(join(data, 'events'));
  const paths = new Map<string, string>();
  let records = 0;
  for (let from = 0; ;) {
    const batch = await reader.read({ stream, partition: 0 }, from, 2 ** 20);
    if (batch.next === from) break;
    for (const { value } of batch.records) {
      const event = JSON.parse(Buffer.from(value).toString()) as { meta: { id: string }; uri_path: string };
      const before = paths.get(event.meta.id);
      assert.ok(before === undefined || before === event.uri_path, `${event.meta.id} is two events`);
      paths.set(event.meta.id, event.uri_path);
      records++;
    }
    from = batch.next;
  }
  await reader.close();
  return { paths, records };
}

/** How many bytes the log has. */
function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** Waits until events have come to the log. */
async function grown(data: string): Promise<void> {
  const folder = join(data, 'events', 'webrequest');
  const before = bytesIn(folder);
  for (let round = 0; round < 1000 && bytesIn(folder) <= before; round++) await sleep(20);
}

void test(
  `a log that is followed through ${KILLS} kills and two rotations: every line once`,
  { timeout: 600_000 },
  async (t) => {
    t.diagnostic(`KRAKEN_TEST_KILLS=${KILLS} KRAKEN_TEST_SEED=${SEED}`);
    const random = randomOf(SEED);
    const folder = processes.folder();
    const data = join(folder, 'data');
    const log = join(folder, 'access.log');
    written = 0;
    writeFileSync(log, lines(1));
    let isWriting = true;
    let rotate: (() => void) | undefined;
    // As a server does, it goes on with a file that was renamed until it opens the new one.
    let file = openSync(log, 'a');
    const writer = (async () => {
      while (isWriting) {
        appendFileSync(file, lines(Math.floor(random() * 60)));
        // Sometimes half a line is there when somebody looks.
        const whole = line();
        appendFileSync(file, whole.slice(0, 20));
        await sleep(random() * 20);
        appendFileSync(file, whole.slice(20));
        await sleep(random() * 20);
        rotate?.();
        rotate = undefined;
      }
    })();
    const reopen = (): void => {
      closeSync(file);
      file = openSync(log, 'a');
    };
    const rename = (): void => {
      renameSync(log, `${log}.2`);
      setTimeout(() => (rotate = reopen), 300);
    };
    // What is copied and truncated in the middle of a line is two lines, by any tool.
    const truncate = (): void => {
      rotate = () => {
        copyFileSync(log, `${log}.1`);
        truncateSync(log);
      };
    };
    const start = async (): Promise<Kraken> => {
      const kraken = processes.start('collect', log, '--follow', '--site', 'example.org', '--data', data);
      await said(kraken, 'Following');
      return kraken;
    };
    for (let kill = 0; kill < KILLS; kill++) {
      const kraken = await start();
      // It is killed while it is at work.
      await grown(data);
      await sleep(random() * 600);
      // One is rotated while it is followed, the other while nobody is there.
      if (kill === Math.floor(KILLS / 3)) rename();
      await kraken.kill();
      if (kill === Math.floor((2 * KILLS) / 3)) truncate();
      // Where it was is remembered only to spare work.
      if (kill % 4 === 1) rmSync(join(data, 'collecting'), { recursive: true, force: true });
    }
    const last = await start();
    await sleep(500);
    isWriting = false;
    await writer;
    closeSync(file);
    // A file is read twice a second.
    for (let round = 0; round < 60 && (await held(data)).paths.size < written; round++) await sleep(250);
    const { code, stderr } = await last.kill('SIGTERM');
    assert.equal(code, 0, stderr);
    const { paths, records } = await held(data);
    const rejects = (await held(data, 'rejects')).records;
    t.diagnostic(
      `${written} lines, ${paths.size} events, ${records - paths.size} brought again after a kill`,
    );
    const seen = new Set(paths.values());
    const lost = Array.from({ length: written }, (_, nth) => `/${nth}`).filter((path) => !seen.has(path));
    assert.deepEqual({ lost, twice: paths.size - seen.size, rejects }, { lost: [], twice: 0, rejects: 0 });
  },
);

void test('a file is read to its end, and again as the same events; rejects are reported and kept', async () => {
  const folder = processes.folder();
  const data = join(folder, 'data');
  const log = join(folder, 'access.log');
  written = 0;
  writeFileSync(log, `${lines(2)}what is this\n${lines(1)}`);
  for (let round = 0; round < 2; round++) {
    const { code, stderr } = await processes.run('collect', log, '--site', 'example.org', '--data', data);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /rejected: .*access\.log, byte \d+: there is no \[time\] "request" in it\n/);
    assert.match(stderr, /access\.log: 4 lines collected, 1 of them as rejects, with the reasons\.\n/);
  }
  const { paths, records } = await held(data);
  assert.deepEqual([[...paths.values()], records], [['/0', '/1', '/2'], 6]);
  assert.equal((await held(data, 'rejects')).paths.size, 1);
});

void test('standard input is a log, too', async () => {
  const data = join(processes.folder(), 'data');
  written = 0;
  const kraken = processes.start('collect', '-', '--site', 'example.org', '--data', data);
  kraken.child.stdin?.end(lines(3).trimEnd());
  const { code, stderr } = await kraken.ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /standard input: 3 lines collected\./);
  assert.equal((await held(data)).paths.size, 3);
});

const REFUSED: Readonly<Record<string, [args: readonly string[], text: string, message: RegExp]>> = {
  'a file that is not there': [['missing.log'], '', /missing\.log: can't be read: there is no such file/],
  'lines of no known format': [
    ['a.log'],
    'what is this\n',
    /a\.log: its first lines have no known format; name it with --format: webrequest, /,
  ],
  'lines that name no site': [
    ['a.log'],
    '192.0.2.1 - - [29/Nov/2025:11:20:30 +0000] "GET / HTTP/1.1" 200 5\n',
    /a\.log: is Apache's common log, whose lines name no site; name it with --site HOST/,
  ],
  'a site that is none': [
    ['a.log', '--site', 'http://x/'],
    '',
    /--site is "http:\/\/x\/", but it takes a host such as example\.org/,
  ],
  'standard input that is followed': [
    ['-', '--follow'],
    '',
    /standard input is read until it ends: leave out --follow/,
  ],
};

for (const [name, [args, text, message]] of Object.entries(REFUSED)) {
  void test(`${name}: it is said, with what to do`, async () => {
    const folder = processes.folder();
    writeFileSync(join(folder, 'a.log'), text);
    const [source = '', ...flags] = args;
    const path = source === '-' ? source : join(folder, source);
    const { code, stderr } = await processes.run('collect', path, ...flags, '--data', join(folder, 'data'));
    assert.notEqual(code, 0);
    assert.match(stderr, message);
  });
}

void test('while another process writes the log, it says who, and how to go on', async () => {
  const folder = processes.folder();
  const log = await openFileLog(join(folder, 'data', 'events'), 'kraken serve (process 17)');
  try {
    const { code, stderr } = await processes.run('collect', '-', '--data', join(folder, 'data'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /another process writes the event log in .*: kraken serve \(process 17\); have it collect them: --to http:\/\/HOST:PORT, where it serves with --collect/,
    );
  } finally {
    await log.close();
  }
});

void test(
  'lines are sent to a server that collects, through its death, and are there once',
  { timeout: 120_000 },
  async () => {
    const folder = processes.folder();
    const data = join(folder, 'data');
    const log = join(folder, 'access.log');
    written = 0;
    writeFileSync(log, `${lines(700)}what is this\n`);
    const first = await processes.serve(data, '--collect', 'true', '--log-senders', 'loopback');
    const to = ['--site', 'example.org', '--data', join(folder, 'other'), '--to', first.api];
    const following = processes.start('collect', log, '--follow', ...to);
    const until = async (events: number): Promise<void> => {
      for (let round = 0; round < 120 && (await held(data)).paths.size < events; round++) await sleep(250);
    };
    await until(700);
    await first.kraken.kill();
    appendFileSync(log, lines(300));
    await said(following, 'Waiting');
    const port = new URL(first.api).port;
    const second = await processes.serve(
      data,
      '--collect',
      'true',
      '--log-senders',
      'loopback',
      '--port',
      port,
    );
    await until(1000);
    appendFileSync(log, lines(1));
    await until(1001);
    const { code, stderr } = await following.kill('SIGTERM');
    assert.equal(code, 0, stderr);
    // The same log by another way: the same events.
    const again = await processes.run('collect', log, ...to);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /1,002 lines collected, 1 of them as rejects/);
    await second.kraken.kill('SIGTERM');
    const { paths } = await held(data);
    assert.deepEqual([paths.size, new Set(paths.values()).size], [1001, 1001]);
    assert.equal((await held(data, 'rejects')).paths.size, 1);
  },
);

void test('a server that takes no lines of logs says which setting allows them', async () => {
  const folder = processes.folder();
  const log = join(folder, 'access.log');
  writeFileSync(log, lines(1));
  const { api, kraken } = await processes.serve(join(folder, 'data'), '--collect', 'true');
  const { code, stderr } = await processes.run('collect', log, '--site', 'example.org', '--to', api);
  await kraken.kill();
  assert.equal(code, 1);
  assert.match(stderr, /\/v1\/events refuses lines of logs: .*addresses of KRAKEN_LOG_SENDERS/);
});

void test('a server that doesn’t collect is an error that says what to do', async () => {
  const folder = processes.folder();
  const log = join(folder, 'access.log');
  writeFileSync(log, lines(1));
  const { api, kraken } = await processes.serve(join(folder, 'data'));
  const { code, stderr } = await processes.run('collect', log, '--site', 'example.org', '--to', api);
  await kraken.kill();
  assert.equal(code, 1);
  assert.match(stderr, /\/v1\/events answers 404.*; does it serve with --collect\?/);
});

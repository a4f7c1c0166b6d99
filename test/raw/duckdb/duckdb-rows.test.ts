import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openFileLog } from '../../../src/log/files/open.ts';
import type { FileLog } from '../../../src/log/files/file-log.ts';
import { type OpenLoader, openLoader } from '../../../src/raw/open-loader.ts';
import { hourText } from '../../../src/raw/hours.ts';
import { LoaderLeaseError } from '../../../src/raw/raw-lease.ts';
import { streamOf } from '../../../src/streams/read-stream.ts';
import { rowsOf } from '../committed.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 29, 12);

const VISITS = streamOf({
  stream: 'Visits.test',
  title: 'Visits',
  owner: 'a test',
  fields: {
    path: 'text',
    count: 'integer',
    share: 'number',
    ok: 'boolean',
    at: 'time',
    address: { type: 'text', personal: true },
  },
  repeats: '2 hours',
  retention: '30 days',
  personal: { keep: '1 day' },
});

void describe('raw tables by DuckDB', () => {
  let folder = '';
  let log: FileLog;
  let open: OpenLoader;
  let nowMs = NOON;
  let stream = VISITS;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-raw-'));
    nowMs = NOON;
    stream = VISITS;
    log = await openFileLog(join(folder, 'log'), 'a test');
    open = await start();
  });
  afterEach(async () => {
    await open.close();
    await log.close();
    await rm(folder, { recursive: true });
  });

  function start(waitMs = 5_000): Promise<OpenLoader> {
    return openLoader({
      lake: join(folder, 'lake'),
      log,
      streams: () => new Map([[stream.name, stream]]),
      holder: 'a test',
      signal: AbortSignal.timeout(waitMs),
      clock: { now: () => nowMs },
    });
  }

  const event = (id: string, ms: number, fields: object = {}): string =>
    JSON.stringify({ meta: { stream: stream.name, id, dt: new Date(ms).toISOString() }, ...fields });
  const append = (...texts: readonly string[]) =>
    log.append(
      stream.name,
      texts.map((text) => Buffer.from(text)),
    );
  const table = () => join(folder, 'lake', 'raw', 'visits_test');
  const rows = (select: string) => rowsOf(table(), select);
  const ids = async () => (await rows('meta.id')).map(([id]) => id as string).sort();
  const manifest = () => {
    const found = open.loader.tables.get(stream.name)?.manifest;
    assert.ok(found);
    return found;
  };
  const counts = () =>
    Object.fromEntries([...manifest().hours].map(([hour, { counts: own }]) => [hourText(hour), own]));

  void it('rows have the fields of their stream, and where they lay in the log', async () => {
    await append(
      event('a', NOON, {
        path: 'x\u0000"\ud83d',
        count: 2 ** 53 - 1,
        share: 0.5,
        ok: true,
        at: '2026-01-01T00:00:00+01:00',
      }),
      event('b', NOON + 1),
    );
    await open.loader.round(signal);
    assert.deepEqual(
      await rows('meta.id, meta.partition, meta.position, path, count, share, ok, "at", address'),
      [
        ['a', 0, 0n, 'x\u0000"\ufffd', BigInt(2 ** 53 - 1), 0.5, true, '2026-01-01T00:00:00+01:00', null],
        ['b', 0, 1n, null, null, null, null, null, null],
      ],
    );
  });

  void it('each hour has its rows, and nothing of what is no event stops the others', async () => {
    await append(
      event('a', NOON),
      'no JSON',
      '',
      '[1]',
      '{}',
      event('b', NOON + HOUR_MS),
      '{"meta":{"id":"c","dt":"yesterday"}}',
      '{"meta":{"dt":"2026-11-29T12:00:00Z"}}',
      '{"meta":7}',
      event('d', NOON - 3 * HOUR_MS, { path: 5 }),
      `\n\t{"meta":\r\n{"id":"e","dt":"2026-11-29T12:00:00.5+00:00"}}\n`,
      event('f', NOON).slice(0, -3),
    );
    await open.loader.round(signal);
    assert.deepEqual(await ids(), ['a', 'b', 'd', 'e']);
    const { rejected, partitions } = manifest();
    assert.deepEqual(
      rejected.map(({ position, reason }) => [position, reason]),
      [
        [1, "it isn't a JSON object"],
        [2, "it isn't a JSON object"],
        [3, "it isn't a JSON object"],
        [4, 'it has no meta.id'],
        [6, 'it has no meta.dt that is a time'],
        [7, 'it has no meta.id'],
        [8, 'it has no meta.id'],
        [11, "it isn't a JSON object"],
      ],
    );
    assert.equal(partitions.get(0)?.next, 12);
    const accepted = Object.values(counts()).reduce((sum, own) => sum + own.accepted, 0);
    assert.equal(accepted, 4);
  });

  void it('an id again within the window is one event, in one batch, in later ones and after a restart; beyond it is another', async () => {
    await append(event('a', NOON), event('a', NOON + 1), event('b', NOON + 2));
    await open.loader.round(signal);
    await append(event('a', NOON + 2 * HOUR_MS), event('c', NOON + HOUR_MS), event('b', NOON - HOUR_MS));
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    await open.close();
    open = await start();
    await append(
      event('c', NOON + 3),
      event('b', NOON + 2 * HOUR_MS + 3),
      event('b', NOON + 2 * HOUR_MS + 4),
    );
    await open.loader.round(signal);
    assert.deepEqual(await ids(), ['a', 'b', 'b', 'c']);
    const duplicates = Object.values(counts()).reduce((sum, own) => sum + own.duplicate, 0);
    assert.equal(duplicates, 5);
  });

  void it('a line that is collected again, however much later, is one event by its own time', async () => {
    stream = { ...VISITS, time: { field: 'at', windowMs: 1000 * 24 * HOUR_MS } };
    const at = new Date(NOON - 100 * 24 * HOUR_MS).toISOString();
    await append(event('a', Date.parse(at), { at }), event('b', NOON, { at }));
    await open.loader.round(signal);
    await append(event('a', NOON, { at }), event('b', NOON + HOUR_MS, { at: '2026-11-01T00:00:00Z' }));
    await open.loader.round(signal);
    assert.deepEqual(await ids(), ['a', 'b', 'b']);
  });

  void it('thousands of ids lose none: what a filter takes for known is looked for', async () => {
    for (let part = 0; part < 4; part++) {
      await append(
        ...Array.from({ length: 5_000 }, (_, number) => event(`${part}-${number}`, NOON + number)),
      );
      await open.loader.round(signal);
    }
    assert.equal((await ids()).length, 20_000);
  });

  void it('small files of an open hour are merged, a closed hour is one file in order, and _IMPORTED says so', async () => {
    for (let count = 0; count < 20; count++) {
      await append(event(`a${count}`, NOON + 1_000 - count));
      await open.loader.round(signal);
      await open.loader.upkeep(signal, false);
    }
    const files = () => [...manifest().hours.values()].flatMap(({ files: own }) => own);
    assert.ok(files().length < 8, `${files().length} files`);
    nowMs = NOON + HOUR_MS + 20_000;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, false);
    assert.equal(files().length, 1);
    assert.match(
      files()[0]?.path ?? '',
      /^year=2026\/month=11\/day=29\/hour=12\/version=[^/]+\/Visits\.test\.parquet$/,
    );
    const order = (await rows('meta.dt')).map(([dt]) => dt as string);
    assert.deepEqual(order, order.toSorted());
    assert.equal([...manifest().hours.values()][0]?.imported, true);
    // Late: added, counted, and compacted again.
    await append(event('late', NOON));
    await open.loader.round(signal);
    assert.equal(Object.values(counts())[0]?.late, 1);
    await open.loader.upkeep(signal, true);
    assert.equal(files().length, 1);
    assert.equal((await ids()).length, 21);
  });

  void it('what is personal goes when its time is over, and rows when theirs is', async () => {
    await append(event('a', NOON, { address: '192.0.2.1', path: '/' }));
    await open.loader.round(signal);
    nowMs = NOON + 2 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(await rows('address, path'), [['192.0.2.1', '/']]);
    nowMs = NOON + 26 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(await rows('address, path'), [[null, '/']]);
    nowMs = NOON + 32 * 24 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(await rows('path'), []);
    assert.equal(Object.values(counts())[0]?.accepted, 1, 'it is still counted');
  });

  void it('what is personal and never kept comes into no file', async () => {
    stream = { ...VISITS, personalMs: 0 };
    await append(event('a', NOON, { address: '192.0.2.1', path: '/' }));
    await open.loader.round(signal);
    assert.deepEqual(await rows('address, path'), [[null, '/']]);
  });

  void it('a field more is a column more, also where old and new files become one', async () => {
    await append(event('a', NOON, { path: '/' }));
    await open.loader.round(signal);
    stream = { ...VISITS, fields: [...VISITS.fields, { name: 'title', type: 'json', personal: false }] };
    await append(event('b', NOON, { title: { en: 'x' } }));
    await open.loader.round(signal);
    nowMs = NOON + 2 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(await rows('meta.id, path, title'), [
      ['a', '/', null],
      ['b', null, '{"en":"x"}'],
    ]);
  });

  void it('a stream may get fields, its time and its numbers beside rows that lack them', async () => {
    const at = new Date(NOON).toISOString();
    await append(event('x', NOON - HOUR_MS), event('a1', NOON));
    await open.loader.round(signal);
    stream = {
      ...VISITS,
      fields: [
        ...VISITS.fields,
        { name: 'host', type: 'text', personal: false },
        { name: 'number', type: 'integer', personal: false },
        { name: 'happened', type: 'time', personal: false },
      ],
      time: { field: 'happened', windowMs: 24 * HOUR_MS },
      sequence: { host: 'host', number: 'number' },
    };
    const numbered = (number: number, hour: number): string =>
      event(`a${number}`, NOON + hour * HOUR_MS, { host: 'a', number });
    await append(
      event('a1', NOON + 1, { host: 'a', number: 1, happened: at }),
      ...[2, 3, 5].map((number) => numbered(number, 0)),
      numbered(4, 1),
    );
    await open.loader.round(signal);
    assert.deepEqual(await ids(), ['a1', 'a2', 'a3', 'a4', 'a5', 'x']);
    nowMs = NOON + 5 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    const loss = [...manifest().hours].find(([hour]) => hourText(hour).endsWith('T12'))?.[1].loss;
    assert.deepEqual(loss, { state: 'none', expected: 4, missing: 0, hosts: [] });
  });

  void it('numbers that are missing are looked for in the hours around, then warn or stop', async () => {
    const numbered = {
      ...VISITS,
      fields: [
        { name: 'host', type: 'text' as const, personal: false },
        { name: 'number', type: 'integer' as const, personal: false },
      ],
      sequence: { host: 'host', number: 'number' },
    };
    stream = numbered;
    const lines = (host: string, hour: number, from: number, to: number, without: readonly number[] = []) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index)
        .filter((number) => !without.includes(number))
        .map((number) => event(`${host}${number}`, NOON + hour * HOUR_MS, { host, number }));
    const loss = () =>
      Object.fromEntries([...manifest().hours].map(([hour, what]) => [hourText(hour).slice(11), what.loss]));
    await append(
      // Of a, 150 is in the hour after; of b, two of 200 are nowhere; of c, a tenth.
      ...lines('a', 0, 100, 199, [150]),
      event('a150', NOON + HOUR_MS, { host: 'a', number: 150 }),
      ...lines('b', 1, 1, 200, [77, 78]),
      ...lines('c', 2, 1, 100, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
      // d began anew: its numbers jump.
      ...lines('d', 3, 1_000, 1_010),
      ...lines('d', 3, 9_000_000_000, 9_000_000_010),
      ...lines('e', 3, 0, 10, [5]),
    );
    nowMs = NOON + HOUR_MS + 20_000;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(loss()['12'], { state: 'none', expected: 100, missing: 0, hosts: [] });
    nowMs = NOON + 2 * HOUR_MS + 20_000;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.equal(loss()['13']?.state, 'unsure');
    nowMs = NOON + 5 * HOUR_MS;
    await open.loader.round(signal);
    await open.loader.upkeep(signal, true);
    assert.deepEqual(
      ['13', '14', '15'].map((hour) => {
        const found = loss()[hour];
        return [found?.state, found?.missing, found?.expected];
      }),
      [
        // The hour has the number 150 of a, too.
        ['warning', 2, 201],
        ['stop', 10, 100],
        ['none', 0, 22],
      ],
    );
    assert.deepEqual(loss()['14']?.hosts, [{ host: 'c', expected: 100, missing: 10 }]);
  });

  void it('a stream with a time of its own comes into the hour it says, within its window', async () => {
    stream = { ...VISITS, time: { field: 'at', windowMs: 5 * HOUR_MS } };
    const at = (ms: number) => ({ at: new Date(ms).toISOString() });
    await append(
      event('a', NOON, at(NOON - 4 * HOUR_MS)),
      event('b', NOON, at(NOON - 6 * HOUR_MS)),
      event('c', NOON),
      event('a', NOON + HOUR_MS, at(NOON - 4 * HOUR_MS)),
    );
    await open.loader.round(signal);
    assert.deepEqual(
      Object.entries(counts()).map(([hour, { accepted, duplicate }]) => [
        hour.slice(11),
        accepted,
        duplicate,
      ]),
      [
        ['08', 1, 1],
        ['12', 2, 0],
      ],
    );
  });

  void it('the second loader is told who has the lease', async () => {
    await assert.rejects(
      start(50),
      (error) => error instanceof LoaderLeaseError && error.message.endsWith('a test'),
    );
  });
});

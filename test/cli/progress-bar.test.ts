import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ProgressBar } from '../../src/cli/progress-bar.ts';

const LOADED = (rows: number, bytes: number, total: number | undefined = 1000) =>
  ({ phase: 'reading', rows, bytes, total }) as const;

function shown(isTTY: boolean): { bar: ProgressBar; at: (ms: number) => void; text: () => string } {
  let ms = 0;
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const bar = new ProgressBar('cakes', { stream, now: () => ms });
  return { bar, at: (now) => (ms = now), text: () => (stream.read() as string | null) ?? '' };
}

void test('a log has a line every five seconds, with true rates and percentages', () => {
  const { bar, at, text } = shown(false);
  at(1000);
  bar.onProgress(LOADED(0, 0));
  at(1001);
  bar.onProgress(LOADED(8192, 100));
  at(5999);
  bar.onProgress(LOADED(40_000, 499));
  assert.equal(text(), '');
  at(6000);
  bar.onProgress(LOADED(50_000, 999));
  assert.equal(text(), 'cakes, reading: 99%, 50,000 rows, 10,000 rows/s, 1 s left\n');
  at(13_500);
  bar.onProgress({ phase: 'publishing', rows: 0, done: 0, total: 4 });
  at(18_500);
  bar.onProgress({ phase: 'publishing', rows: 10_000, done: 0.5, total: 4 });
  assert.equal(text(), 'cakes, publishing: 12%, 10,000 rows, 2,000 rows/s, 35 s left\n');
  bar.stop();
  assert.equal(text(), '');
});

void test('what comes from a pipe has a rate, and no end that is known', () => {
  const { bar, at, text } = shown(false);
  bar.onProgress({ phase: 'reading', rows: 0, bytes: 0, total: undefined });
  at(10_000);
  bar.onProgress({ phase: 'reading', rows: 5000, bytes: 77, total: undefined });
  assert.equal(text(), 'cakes, reading: 5,000 rows, 500 rows/s\n');
});

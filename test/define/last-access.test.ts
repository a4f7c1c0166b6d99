import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceSignOf, lastAccessDay } from '../../src/define/last-access.ts';

const DAY = 86_400_000;
const FIRST_OF_MARCH = Date.UTC(2024, 2, 1) / DAY;

void test('a cookie names a day that exists, or none', () => {
  assert.equal(lastAccessDay('01-Mar-2024'), FIRST_OF_MARCH);
  assert.equal(lastAccessDay('29-Feb-2024'), FIRST_OF_MARCH - 1);
  for (const text of ['29-Feb-2023', '1-Mar-2024', '01-mar-2024', '01-Mrz-2024', '-', '', undefined])
    assert.equal(lastAccessDay(text), undefined, text);
});

void test('a device is counted by the cookie of an earlier period, or by other cookies than ours', () => {
  const sign = (lastAccess?: string, noCookies?: boolean): string =>
    deviceSignOf(lastAccess, noCookies, FIRST_OF_MARCH);
  assert.equal(sign('29-Feb-2024', false), 'first');
  assert.equal(sign('01-Mar-2024', false), 'again');
  assert.equal(sign('02-Mar-2024', false), 'again');
  assert.equal(sign(undefined, false), 'first');
  assert.equal(sign('nonsense', false), 'first');
  assert.equal(sign(undefined, true), 'no cookies');
});

void test('where nothing is said about cookies nobody is counted', () => {
  assert.equal(deviceSignOf(undefined, undefined, FIRST_OF_MARCH), 'unknown');
});

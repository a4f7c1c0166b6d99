import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userAgentOf } from '../../src/define/user-agent.ts';
import { truth } from './truth.ts';

const CASES = truth('ua_most_popular.csv').map(([userAgent = '', json = '']) => {
  const map = JSON.parse(json) as Record<string, string>;
  return {
    userAgent,
    expected: {
      browserFamily: map['browser_family'],
      browserMajor: map['browser_major'],
      osFamily: map['os_family'],
      osMajor: map['os_major'],
      osMinor: map['os_minor'],
      deviceFamily: map['device_family'],
      wmfAppVersion: map['wmf_app_version'],
    },
  };
});

void test('the 100 most frequent user agents of 2021 are named as at Wikimedia', () => {
  assert.equal(CASES.length, 100);
  for (const { userAgent, expected } of CASES) assert.deepEqual(userAgentOf(userAgent), expected, userAgent);
});

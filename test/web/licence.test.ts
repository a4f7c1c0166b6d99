import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licenceUrl } from '../../src/core/metric/metric.ts';
import { licenceLink } from '../../src/web/pages/metric.ts';

test('a licence of the SPDX list links its text; one of the owner’s own has no address that isn’t there', () => {
  assert.equal(licenceUrl('CC-BY-4.0'), 'https://spdx.org/licenses/CC-BY-4.0.html');
  assert.equal(licenceUrl('LicenseRef-My-Own'), undefined);
  assert.match(String(licenceLink('CC-BY-4.0')), /^<a href="https:\/\/spdx.org\/licenses\/CC-BY-4.0.html"/);
  assert.equal(String(licenceLink('LicenseRef-My-Own')), 'LicenseRef-My-Own');
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../src/config/setting.ts';
import { countryOf } from '../../src/define/country.ts';
import { openCountries } from '../../src/setup/countries.ts';
import { mmdb } from './mmdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'kraken-countries-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(content: Buffer | string): string {
  const path = join(folder, 'countries.mmdb');
  writeFileSync(path, content);
  return path;
}

/** 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 */
const [FIRST, SECOND, THIRD] = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
].map((bytes) => bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')) as [string, string, string];
const SAID = {
  [FIRST]: { country: { iso_code: 'FR' } },
  [SECOND]: { country_code: 'DE' },
  [THIRD]: { country: 'None' },
};

void test("an address lies in the country that the operator's file says", async () => {
  const countries = await openCountries({ geo: fileWith(mmdb(4, SAID)) });
  assert.equal(countries?.version, 'Test-Country-2023-11-14');
  assert.equal(countryOf('192.0.2.7', countries), 'FR');
  assert.equal(countryOf('198.51.100.7', countries), 'DE');
  assert.equal(countryOf('::ffff:192.0.2.7', countries), 'FR');
});

void test('what is said of no address is unknown', async () => {
  const countries = await openCountries({ geo: fileWith(mmdb(4, SAID)) });
  for (const address of ['203.0.113.7', '8.8.8.8', 'c000:200::', 'no address', '-', '', undefined])
    assert.equal(countryOf(address, countries), '--', address);
  assert.equal(countryOf('192.0.2.7'), '--');
  assert.equal(await openCountries({ geo: 'none' }), undefined);
});

void test('addresses of IPv6 are found in a file that has them', async () => {
  const geo = fileWith(
    mmdb(6, { ['0'.repeat(96) + FIRST]: { country: { iso_code: 'FR' } }, '0010': { country_code: 'SE' } }),
  );
  const countries = await openCountries({ geo });
  assert.equal(countryOf('192.0.2.7', countries), 'FR');
  assert.equal(countryOf('2001:db8::1', countries), 'SE');
});

void test('a file that is none is named', async () => {
  await assert.rejects(openCountries({ geo: join(folder, 'nothing') }), ConfigError);
  await assert.rejects(openCountries({ geo: fileWith('no such format') }), ConfigError);
});

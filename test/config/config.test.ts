import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSettings, flagOf, readConfig, SETTINGS } from '../../src/config/config.ts';
import { configSchema } from '../../src/config/config-schema.ts';
import { ConfigError } from '../../src/config/setting.ts';
import { SERIES_SCHEMES, WAREHOUSE_SCHEMES } from '../../src/config/engines.ts';
import type { Setting } from '../../src/config/setting.ts';

const settings = Object.entries(SETTINGS) as [string, Setting<unknown>][];
const refused = (env: NodeJS.ProcessEnv, message: string | RegExp, flags = {}): void => {
  assert.throws(() => readConfig(env, flags), { name: ConfigError.name, message });
};

void test('without any choice every setting has its default, and the engines lie in the data folder', () => {
  const config = readConfig({ PATH: '/bin' }, {});
  assert.equal(config.port, 8080);
  assert.equal(config.series, 'lmdb:./data/series');
  assert.equal(config.warehouse, 'duckdb:./data/lake');
  assert.equal(config.publicUrl, 'auto');
  assert.deepEqual(config.trustedProxies, []);
});

void test('moving the data folder moves the engines, unless they are told their place', () => {
  const config = readConfig({ KRAKEN_DATA: '/srv/kraken', KRAKEN_SERIES: 'lmdb:/fast' }, {});
  assert.equal(config.series, 'lmdb:/fast');
  assert.equal(config.warehouse, 'duckdb:/srv/kraken/lake');
});

void test('a flag counts more than the environment, and the origin of each value is known', () => {
  const chosen = chooseSettings({ KRAKEN_PORT: '9000', KRAKEN_ADMIN_PORT: '9001' }, { port: '9002' });
  const of = (key: string) => chosen.find((choice) => choice.key === key);
  assert.deepEqual([of('port')?.value, of('port')?.from], [9002, 'flag']);
  assert.deepEqual([of('adminPort')?.value, of('adminPort')?.from], [9001, 'environment']);
  assert.deepEqual([of('points')?.value, of('points')?.from], [50_000, 'default']);
});

void test('the two ports are not the same one', () => {
  const message =
    'KRAKEN_PORT (--port) and KRAKEN_ADMIN_PORT (--admin-port) are both 8081: each needs a port of its own.';
  refused({ KRAKEN_PORT: '8081' }, message);
  refused({}, message.replaceAll('8081', '9000'), { port: '9000', adminPort: '9000' });
  assert.ok(readConfig({}, { port: '0', adminPort: '0' }));
  assert.ok(readConfig({}, { port: '8081', adminPort: 'off' }));
});

void test('an empty variable counts as none, an empty flag does not', () => {
  assert.equal(readConfig({ KRAKEN_PORT: '' }, {}).port, 8080);
  refused({}, /^--port is ""/, { port: '' });
});

void test('a wrong value is refused in a sentence with the setting, the value and what is allowed', () => {
  refused({ KRAKEN_PORT: 'abc' }, 'KRAKEN_PORT is "abc", but it takes a whole number from 0 to 65535.');
  refused({}, '--port is "65536", but it takes a whole number from 0 to 65535.', { port: '65536' });
  for (const port of ['-1', '1.5', '1e3', '0x10', ' 80', '9'.repeat(20)])
    refused({ KRAKEN_PORT: port }, /KRAKEN_PORT/);
  refused({ KRAKEN_LOG_LEVEL: 'loud' }, /one of trace, debug, info, warn, error, fatal, silent\.$/);
  refused({ KRAKEN_HOST: 'localhost:80' }, /without a port\.$/);
});

void test('a wrong address is told of without its password', () => {
  const address = 'hive://analyst:a/b@secret@hive.example.org';
  assert.throws(
    () => readConfig({ KRAKEN_WAREHOUS: address }, {}),
    (error: Error) => /KRAKEN_WAREHOUSE\?/.test(error.message) && !error.message.includes('secret'),
  );
  assert.throws(
    () => readConfig({ KRAKEN_SERIES: address }, {}),
    (error: Error) => /hive:\/\/analyst:…@/.test(error.message) && !error.message.includes('secret'),
  );
});

void test('an engine of an unknown scheme, or without a place, is refused with the schemes that are known', () => {
  for (const [name, schemes] of [
    ['KRAKEN_SERIES', SERIES_SCHEMES],
    ['KRAKEN_WAREHOUSE', WAREHOUSE_SCHEMES],
  ] as const) {
    const known = schemes.map((scheme) => `${scheme}:`);
    for (const place of ['nobody:somewhere', './somewhere', ':somewhere', ...known, ...schemes]) {
      refused(
        { [name]: place },
        `${name} is "${place}", but it takes an address that begins with the scheme of an engine (${known.join(', ')}), followed by its place.`,
      );
    }
    for (const scheme of known) readConfig({ [name]: `${scheme}place` }, {});
  }
});

void test('a KRAKEN_ variable that is no setting is refused, with the one that was meant', () => {
  refused(
    { KRAKEN_PROT: '1' },
    'KRAKEN_PROT is "1", but there is no such setting: did you mean KRAKEN_PORT?',
  );
  refused({ KRAKEN_BANANAS_AND_MORE: '1' }, /kraken config lists all settings\.$/);
  readConfig({ KRAKEN_TEST_HISTORY: 'where a test looks' }, {});
});

void test('the admin port can be switched off', () => {
  assert.equal(readConfig({ KRAKEN_ADMIN_PORT: 'off' }, {}).adminPort, 'off');
  refused({ KRAKEN_PORT: 'off' }, /KRAKEN_PORT/);
});

void test('the public URL is a base for links, without its last slash', () => {
  const read = (url: string) => readConfig({ KRAKEN_PUBLIC_URL: url }, {}).publicUrl;
  assert.equal(read('https://stats.example.org/api/'), 'https://stats.example.org/api');
  for (const url of ['stats.example.org', 'ftp://a', 'https://a/?b', 'https://me@a']) {
    refused({ KRAKEN_PUBLIC_URL: url }, /KRAKEN_PUBLIC_URL/);
  }
});

void test('trusted proxies are addresses, networks and their well-known names', () => {
  const read = (text: string) => readConfig({ KRAKEN_TRUSTED_PROXIES: text }, {}).trustedProxies;
  assert.deepEqual(read('loopback, 10.0.0.0/8,::1'), ['loopback', '10.0.0.0/8', '::1']);
  for (const text of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'loopback,']) {
    refused({ KRAKEN_TRUSTED_PROXIES: text }, /KRAKEN_TRUSTED_PROXIES/);
  }
});

void test('every setting has a name, a flag of that name, a default that it takes, and a help', () => {
  const { properties } = configSchema() as { properties: Record<string, unknown> };
  assert.deepEqual(
    Object.keys(properties),
    settings.map(([, setting]) => setting.name),
  );
  for (const [key, setting] of settings) {
    const camelCased = flagOf(setting)
      .slice(2)
      .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    assert.equal(camelCased, key);
    assert.match(setting.help, /^[A-Z].+\.$/);
    assert.notEqual(setting.read(setting.default), undefined, setting.name);
  }
});

void test('a folder that is named by nothing is refused: it would be the root of the file system', () => {
  assert.throws(() => readConfig({}, { data: '' }), {
    name: 'ConfigError',
    message: /--data is "", but it takes the path/,
  });
});

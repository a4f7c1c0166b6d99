import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHbaseAddress } from '../../../src/stores/hbase/address.ts';

describe('the address of a series store on HBase', () => {
  it('has gateways, a prefix of its tables and options, with defaults', () => {
    assert.deepEqual(parseHbaseAddress('//gateway'), {
      gateways: [{ host: 'gateway', port: 9090 }],
      namespace: undefined,
      prefix: 'kraken',
      connections: 4,
      compression: 'none',
    });
    assert.deepEqual(
      parseHbaseAddress('//a:1,10.0.0.2,[::1]:65535/team:test-2?connections=16&compression=Snappy'),
      {
        gateways: [
          { host: 'a', port: 1 },
          { host: '10.0.0.2', port: 9090 },
          { host: '::1', port: 65_535 },
        ],
        namespace: 'team',
        prefix: 'test-2',
        connections: 16,
        compression: 'snappy',
      },
    );
    assert.equal(parseHbaseAddress('//a/').prefix, 'kraken');
  });

  for (const [place, why] of [
    ['a:9090', /write hbase:\/\/HOST:PORT/],
    ['', /write hbase:\/\/HOST:PORT/],
    ['//', /"" is not HOST:PORT/],
    ['//a,,b', /"" is not HOST:PORT/],
    ['//a:0', /0 is not a port/],
    ['//a:65536', /65536 is not a port/],
    ['//a:b', /"a:b" is not HOST:PORT/],
    ['//user@a', /"user@a" is not HOST:PORT/],
    ['//a/b/c', /the prefix of tables may have only letters/],
    ['//a/b.c', /the prefix of tables may have only letters/],
    ['//a/Käse', /the prefix of tables may have only letters/],
    ['//a?connections=0', /connections must be a number from 1 to 64/],
    ['//a?connections=x', /connections must be a number from 1 to 64/],
    ['//a?compression=brotli', /compression must be one of none, gz/],
    ['//a?conections=4', /the only options are connections and compression, not "conections"/],
  ] as const) {
    it(`is refused with a sentence: ${place || 'nothing'}`, () => {
      assert.throws(() => parseHbaseAddress(place), { name: 'EngineError', message: why });
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeriesMetric } from '../../../src/core/metric/metric.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { cellTable, hbaseSchema } from '../../../src/stores/hbase/descriptor.ts';
import { splitPoints } from '../../../src/stores/hbase/split-points.ts';

const series = METRICS.filter((metric): metric is SeriesMetric => metric.home === 'series');

describe('the tables of a series store on HBase', () => {
  for (const metric of series) {
    it(`of ${metric.name} are split in the order of their keys, each point once`, () => {
      const points = splitPoints(metric);
      for (const [i, point] of points.entries()) {
        assert.ok(point.length > 0);
        if (i > 0) assert.ok(Buffer.compare(points[i - 1] as Uint8Array, point) < 0);
      }
    });
  }

  it('are split where titles or files are many, and start as one region where they are few', () => {
    const split = series.filter((metric) => splitPoints(metric).length > 0).map(({ name }) => name);
    assert.deepEqual(split, ['pageviews-per-article', 'mediarequests-per-file']);
    const points = splitPoints(series.find(({ name }) => name === 'pageviews-per-article') as SeriesMetric);
    const english = points
      .map((point) => Buffer.from(point).toString())
      .filter((p) => p.startsWith('en.wiki'));
    assert.equal(english.length, 17);
    assert.equal(english[0], 'en.wikipedia\0');
    assert.equal(english.at(-1), 'en.wikipedia\x01');
  });

  it('are split at values as they are stored: another spelling would meet no row', () => {
    for (const { spread, normalise } of series.flatMap(({ dimensions }) => dimensions))
      for (const value of Object.keys(spread?.large ?? {})) assert.equal(normalise(value), value);
  });

  it('keep the committed version beneath one that is not, however old', () => {
    const { family, splitPoints } = cellTable('nobody_knows_it', METRICS, 'zstd');
    assert.deepEqual(splitPoints, []);
    assert.equal(family.compression, 'ZSTD');
    assert.ok((family.minVersions ?? 0) >= 2);
    assert.ok(family.maxVersions > (family.minVersions ?? 0));
  });

  it("are shown as HBase's shell makes them", () => {
    const { tables } = hbaseSchema(METRICS) as {
      tables: { table: string; shell: string; regions: number }[];
    };
    assert.equal(tables.length, series.length + 1);
    const devices = tables.find(({ table }) => table === 'unique_devices');
    assert.equal(
      devices?.shell,
      "create 'kraken.unique_devices', {NAME => 'c', VERSIONS => 10, MIN_VERSIONS => 2, TTL => 86400, " +
        "DATA_BLOCK_ENCODING => 'FAST_DIFF', BLOOMFILTER => 'ROW', COMPRESSION => 'NONE'}",
    );
    const articles = tables.find(({ table }) => table === 'pageviews_per_article');
    assert.match(articles?.shell ?? '', /SPLITS => \["c", .*"en\.wikipedia\\x00", "en\.wikipedia\\x00B"/);
  });
});

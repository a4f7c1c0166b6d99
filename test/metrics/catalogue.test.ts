import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatalogueError, makeCatalogue } from '../../src/core/metric/catalogue.ts';
import { defineMetric, type Metric } from '../../src/core/metric/metric.ts';
import { count } from '../../src/core/metric/measure.ts';
import { unaskedDimensions } from '../../src/core/metric/path-parameters.ts';
import { accessSite, project } from '../../src/metrics/dimensions.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';

const declaration = {
  name: 'visits',
  title: 'Visits',
  doc: 'How often a project was visited.',
  source: 'a test',
  path: '/visits/{project}/{access-site}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project, accessSite],
  measures: { visits: count('visits', 'Visits.') },
  grains: { daily: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  scope: ['project'],
  examples: [],
} as const;

const keyless = (): Metric =>
  defineMetric({
    ...declaration,
    // @ts-expect-error a key without access-site would put two series into one cell
    key: { row: ['project'], column: [] },
  });

const strayKey = (): Metric =>
  defineMetric({
    ...declaration,
    // @ts-expect-error a key can name dimensions of the metric only
    key: { row: ['project', 'planet'], column: ['access-site'] },
  });

const refusal = (metric: Metric, message: RegExp): void => {
  assert.throws(() => makeCatalogue([metric]), { name: CatalogueError.name, message });
};

void test('the built-in metrics make a catalogue', () => {
  const catalogue = makeCatalogue(METRICS);
  assert.equal(catalogue.byName.size, METRICS.length);
});

void test('a key that misses a dimension does not compile, and the start says which', () => {
  refusal(keyless(), /^metric visits: the key lacks the dimension access-site/);
});

void test('a key that names an unknown dimension does not compile, and the start says so', () => {
  refusal(strayKey(), /the key names planet, which is not a dimension/);
});

void test('a metric declared twice, or with a path that is not its own, is refused in a sentence', () => {
  assert.throws(() => makeCatalogue([uniqueDevices, uniqueDevices]), /unique-devices: is declared twice/);
  refusal(
    { ...uniqueDevices, path: '/unique-devices/{access-site}/{granularity}/{start}/{end}' },
    /the path lacks \{project\}/,
  );
  refusal(
    { ...uniqueDevices, path: '/unique-devices/{project}/{access-site}' },
    /the path lacks \{granularity\}/,
  );
  refusal({ ...uniqueDevices, grains: { daily: 'stored', monthly: 'summed' } }, /monthly can't be summed/);
  refusal({ ...pageviewsTop, home: 'warehouse' }, /home of a top has to be series/);
  assert.throws(
    () => makeCatalogue([uniqueDevices, { ...uniqueDevices, name: 'other' }]),
    /is the same as that of unique-devices/,
  );
  refusal(
    { ...uniqueDevices, path: `${uniqueDevices.path}/{planet}` },
    /has \{planet\}, which is not a dimension/,
  );
});

/** AQS: the fields of an item, in their order, as the API's own answers have them. */
const ITEMS: Record<string, string> = {
  'pageviews-per-article': 'project article granularity timestamp access agent views',
  'pageviews-aggregate': 'project access agent granularity timestamp views',
  'pageviews-top': 'project access year month day articles: article views rank',
  'pageviews-top-by-country': 'project access year month countries: country views rank views_ceil',
  'pageviews-top-per-country': 'country access year month day articles: article project views_ceil rank',
  'unique-devices': 'project access-site granularity timestamp devices offset underestimate',
  'legacy-pagecounts-aggregate': 'project access-site granularity timestamp count',
  'mediarequests-per-file': 'referer file_path granularity timestamp agent requests',
  'mediarequests-aggregate': 'referer media_type agent granularity timestamp requests',
  'mediarequests-top': 'referer media_type year month day files: file_path requests rank',
  'edits-aggregate': 'project editor-type page-type granularity results: timestamp edits',
  'edits-per-page': 'project editor-type page-title granularity results: timestamp edits',
  'edits-per-editor': 'project page-type user-text granularity results: timestamp edits',
  'editors-aggregate': 'project editor-type page-type activity-level granularity results: timestamp editors',
  'editors-top-by-edits':
    'project editor-type page-type granularity results: timestamp top: user_text edits rank',
  'editors-top-by-net-bytes-difference':
    'project editor-type page-type granularity results: timestamp top: user_text net_bytes_diff rank',
  'editors-top-by-absolute-bytes-difference':
    'project editor-type page-type granularity results: timestamp top: user_text abs_bytes_diff rank',
  'edited-pages-top-by-edits':
    'project editor-type page-type granularity results: timestamp top: page_title edits rank',
  'edited-pages-top-by-net-bytes-difference':
    'project editor-type page-type granularity results: timestamp top: page_title net_bytes_diff rank',
  'edited-pages-top-by-absolute-bytes-difference':
    'project editor-type page-type granularity results: timestamp top: page_title abs_bytes_diff rank',
  'editors-by-country': 'project activity-level year month countries: country editors-ceil',
  'edited-pages-new': 'project editor-type page-type granularity results: timestamp new_pages',
  'edited-pages-aggregate':
    'project editor-type page-type activity-level granularity results: timestamp edited_pages',
  'bytes-difference-net-aggregate':
    'project editor-type page-type granularity results: timestamp net_bytes_diff',
  'bytes-difference-net-per-page':
    'project editor-type page-title granularity results: timestamp net_bytes_diff',
  'bytes-difference-net-per-editor':
    'project page-type user-text granularity results: timestamp net_bytes_diff',
  'bytes-difference-absolute-aggregate':
    'project editor-type page-type granularity results: timestamp abs_bytes_diff',
  'bytes-difference-absolute-per-page':
    'project editor-type page-title granularity results: timestamp abs_bytes_diff',
  'bytes-difference-absolute-per-editor':
    'project page-type user-text granularity results: timestamp abs_bytes_diff',
  'registered-users-new': 'project granularity results: timestamp new_registered_users',
  'knowledge-gap-per-category': 'dt project content_gap category metric value',
  'commons-category-metrics-snapshot':
    'timestamp media-file-count media-file-count-deep used-media-file-count used-media-file-count-deep leveraging-wiki-count leveraging-wiki-count-deep leveraging-page-count leveraging-page-count-deep',
  'commons-media-file-metrics-snapshot': 'timestamp leveraging-wiki-count leveraging-page-count',
  'commons-pageviews-per-category-monthly': 'timestamp pageview-count',
  'commons-pageviews-per-media-file-monthly': 'timestamp pageview-count',
  'commons-edits-per-category-monthly': 'timestamp edit-count',
  'commons-edits-per-user-monthly': 'timestamp edit-count',
  'commons-top-viewed-categories-monthly': 'category pageview-count rank',
  'commons-top-edited-categories-monthly': 'category edit-count rank',
  'commons-top-viewed-media-files-monthly': 'media-file pageview-count rank',
  'commons-top-pages-per-category-monthly': 'page-wiki page-title pageview-count rank',
  'commons-top-pages-per-media-file-monthly': 'page-wiki page-title pageview-count rank',
  'commons-top-wikis-per-category-monthly': 'wiki pageview-count rank',
  'commons-top-wikis-per-media-file-monthly': 'wiki pageview-count rank',
  'commons-top-editors-monthly': 'user-name edit-count rank',
};

/** The fields that a declaration says, spelt as above. */
function fieldsOf({ shape, dimensions, measures, item, path }: Metric): string {
  const names = dimensions.map((dimension) => dimension.name);
  if (shape.kind === 'top') {
    if (shape.flat) return shape.fields.join(' ');
    if (shape.nest)
      return [...names, 'granularity', `${shape.nest}:`, 'timestamp', `${shape.list}:`, ...shape.fields].join(
        ' ',
      );
    const period = ['year', 'month', 'day'].filter((part) => path.includes(`{${part}}`));
    return [...names, ...period, `${shape.list}:`, ...shape.fields].join(' ');
  }
  const nest = shape.nest ? [`${shape.nest}:`] : [];
  const timestamp = shape.timestamp ?? 'timestamp';
  if (item)
    return item.flatMap((field) => (field === 'timestamp' ? [...nest, timestamp] : [field])).join(' ');
  return [...names, 'granularity', ...nest, 'timestamp', ...Object.keys(measures)].join(' ');
}

for (const metric of METRICS) {
  const aqs = ITEMS[metric.name];
  void test(
    `${metric.name}: items have the fields of AQS in their order`,
    { skip: aqs === undefined },
    () => {
      assert.equal(fieldsOf(metric), aqs);
    },
  );

  void test(`${metric.name}: each example names every parameter of the path with a value it can have`, () => {
    assert.ok(metric.examples.length > 0);
    const asked = metric.dimensions.filter((dimension) => !unaskedDimensions(metric).includes(dimension));
    const inPath = [...metric.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
    for (const example of metric.examples) {
      assert.deepEqual(Object.keys(example), inPath);
      for (const dimension of asked) {
        const value = example[dimension.name] as string;
        assert.equal(dimension.normalise(value), value);
        assert.equal(dimension.refuse(value), undefined);
      }
    }
  });
}

void test('counts add up into weeks and years, unique devices do not', () => {
  const sums = (name: string) => {
    const grains = METRICS.find((metric) => metric.name === name)?.grains;
    return [grains?.weekly, grains?.yearly];
  };
  assert.deepEqual(sums('pageviews-per-article'), ['summed', 'summed']);
  assert.deepEqual(sums('edits-aggregate'), ['summed', 'summed']);
  assert.deepEqual(sums('unique-devices'), [undefined, undefined]);
});

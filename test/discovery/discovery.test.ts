import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { JsonLdParser } from 'jsonld-streaming-parser';
import { Parser, type Quad, Store } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';
import { SaxesParser } from 'saxes';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { DCAT_SHAPES } from './dcat-shapes.ts';

/* What lets machines find the data. */

const BASE = 'https://stats.example.org';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const NOW = Date.parse('2026-11-29T14:30:00Z');
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    clock: { now: () => NOW },
    flags: { publicUrl: BASE, contact: 'mailto:data@example.org' },
  });
  await gateway.loadSample();
});
after(() => gateway.close());

async function text(path: string, type: string): Promise<string> {
  const { status, headers, text } = await gateway.get(path);
  assert.equal(status, 200, path);
  assert.equal(headers['content-type'], type);
  return text;
}

/** A body that supertest doesn't read as text. */
async function bytes(path: string): Promise<{ type: string; text: string }> {
  const response = await gateway
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
  return { type: response.headers['content-type'] as string, text: (response.body as Buffer).toString() };
}

/** The JSON-LD of a page. */
async function jsonLdOf(path: string): Promise<Record<string, unknown>> {
  const { text: page } = await gateway.get(path).set('accept', BROWSER);
  const [, json] = /<script type="application\/ld\+json">([^<]*)<\/script>/.exec(page) ?? [];
  assert.ok(json, `${path} has JSON-LD`);
  return JSON.parse(json) as Record<string, unknown>;
}

describe('/catalogue.jsonld', () => {
  const violations = async (jsonLd: string): Promise<string[]> => {
    const data = new Store();
    const parser = new JsonLdParser({ baseIRI: BASE });
    const read = new Promise((done, fail) => {
      parser.on('data', (quad: Quad) => data.addQuad(quad));
      parser.on('error', fail);
      parser.on('end', done);
    });
    parser.end(jsonLd);
    await read;
    const shapes = new Store(new Parser().parse(DCAT_SHAPES));
    const { results } = await new SHACLValidator(shapes).validate(data);
    return results.map(({ focusNode, path, message }) =>
      [focusNode?.value, path?.value, ...message.map(({ value }) => value)].join(' '),
    );
  };

  void test('is DCAT: a SHACL validator finds every required member, with values of the right kind', async () => {
    const { type, text } = await bytes('/catalogue.jsonld');
    assert.equal(type, 'application/ld+json; charset=utf-8');
    assert.deepEqual(await violations(text), []);
  });

  void test('the validator sees what is missing', async () => {
    const { text } = await bytes('/catalogue.jsonld');
    const found = await violations(
      text.replaceAll('"dct:license"', '"dct:rights"').replaceAll('"xsd:date"', '"xsd:string"'),
    );
    assert.ok(found.some((line) => line.includes('http://purl.org/dc/terms/license')));
    assert.ok(found.some((line) => line.includes('http://purl.org/dc/terms/temporal')));
  });

  void test('every download that it names has an answer of its media type', async () => {
    const { text } = await bytes('/catalogue.jsonld');
    const catalogue = JSON.parse(text) as {
      'dcat:dataset': {
        '@id': string;
        'dcat:distribution': { 'dcat:downloadURL': { '@id': string }; 'dcat:mediaType': { '@id': string } }[];
      }[];
    };
    const datasets = catalogue['dcat:dataset'];
    assert.ok(datasets.some((dataset) => dataset['@id'] === `${BASE}/docs/pageviews-per-article`));
    const downloads = datasets.flatMap((dataset) => dataset['dcat:distribution']);
    assert.ok(downloads.length >= 5 * datasets.length);
    for (const one of downloads) {
      const url = one['dcat:downloadURL']['@id'];
      const { status, headers } = await gateway.get(url.slice(BASE.length));
      assert.equal(status, 200, url);
      const type = one['dcat:mediaType']['@id'].replace('https://www.iana.org/assignments/media-types/', '');
      assert.ok(headers['content-type']?.startsWith(type), `${url}: ${headers['content-type']}`);
    }
  });
});

describe('schema.org', () => {
  // https://developers.google.com/search/docs/appearance/structured-data/dataset
  const REQUIRED = ['name', 'description'];
  const RECOMMENDED = [
    'alternateName',
    'creator',
    'dateModified',
    'distribution',
    'identifier',
    'includedInDataCatalog',
    'isAccessibleForFree',
    'keywords',
    'license',
    'measurementTechnique',
    'sameAs',
    'temporalCoverage',
    'url',
    'variableMeasured',
  ];

  void test('each metric with data has a Dataset on its page, with the required and recommended members', async () => {
    const catalog = await jsonLdOf('/catalogue');
    assert.equal(catalog['@type'], 'DataCatalog');
    const pages = (catalog['dataset'] as { url: string }[]).map(({ url }) => url.slice(BASE.length));
    assert.ok(pages.length >= 8);
    for (const path of pages) {
      const dataset = await jsonLdOf(path);
      assert.equal(dataset['@context'], 'https://schema.org/');
      assert.equal(dataset['@type'], 'Dataset');
      for (const member of [...REQUIRED, ...RECOMMENDED])
        assert.ok(dataset[member] !== undefined, `${path}: ${member}`);
      const { length } = dataset['description'] as string;
      assert.ok(length >= 50 && length <= 5000, `${path}: a description of ${length} characters`);
      assert.match(dataset['temporalCoverage'] as string, /^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/);
      assert.match(dataset['license'] as string, /^https:\/\//);
      for (const download of dataset['distribution'] as Record<string, string>[]) {
        assert.equal(download['@type'], 'DataDownload');
        assert.match(
          download['contentUrl'] as string,
          /^https:\/\/stats\.example\.org\/(?:metrics|downloads)\//,
        );
        assert.match(download['encodingFormat'] as string, /^[a-z]+\/[a-z0-9.+-]+$/);
      }
    }
  });

  void test('a metric without data says so by leaving out dates and downloads', async () => {
    const listed = await gateway.get('/catalogue?format=json');
    const empty = (listed.body as { metrics: { name: string; loaded: boolean }[] }).metrics.find(
      ({ loaded }) => !loaded,
    );
    const one = await jsonLdOf(`/docs/${empty?.name}`);
    assert.equal(one['temporalCoverage'], undefined);
    assert.deepEqual(one['distribution'], []);
  });

  void test('no text of a data owner can end the script element', async () => {
    const { scriptText } = await import('../../src/discovery/json-ld.ts');
    const written = scriptText({ name: 'a</script><!--<script>' });
    assert.ok(!written.includes('<'));
    assert.deepEqual(JSON.parse(written), { name: 'a</script><!--<script>' });
  });
});

/** The elements of an XML text, with their attributes and text. @throws if it isn't well-formed */
function elementsOf(xml: string): { name: string; text: string; attributes: Record<string, string> }[] {
  const found: { name: string; text: string; attributes: Record<string, string> }[] = [];
  const open: typeof found = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, text: '', attributes };
    found.push(element);
    open.push(element);
  });
  parser.on('text', (more) => open.length > 0 && ((open.at(-1) as (typeof found)[0]).text += more));
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return found;
}

describe('/catalogue.atom', () => {
  void test('names each metric with data, the newest first, with all that RFC 4287 demands', async () => {
    const elements = elementsOf((await bytes('/catalogue.atom')).text);
    const texts = (name: string): string[] =>
      elements.filter((element) => element.name === name).map((element) => element.text);
    const entries = texts('entry').length;
    assert.ok(entries >= 8);
    // The feed has one of each, too.
    for (const name of ['id', 'title', 'updated']) assert.equal(texts(name).length, entries + 1, name);
    assert.equal(new Set(texts('id')).size, entries + 1);
    assert.equal(texts('summary').length, entries);
    assert.equal(texts('name').length, 1);
    const updated = texts('updated').slice(1);
    for (const time of updated) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
    assert.deepEqual(updated, updated.toSorted().reverse());
    assert.equal(texts('updated')[0], updated[0]);
    const links = elements.filter(({ name }) => name === 'link').map(({ attributes }) => attributes);
    assert.deepEqual({ ...links[0] }, { rel: 'self', href: `${BASE}/catalogue.atom` });
    for (const { href } of links) assert.ok(href?.startsWith(BASE));
    assert.ok(
      texts('title').some((title) => /^Pageviews of an article: loaded to \d{4}-\d\d-\d\d$/.test(title)),
    );
  });
});

describe('for crawlers', () => {
  void test('robots.txt keeps them from endless questions, and names the sitemap', async () => {
    const lines = (await text('/robots.txt', 'text/plain; charset=utf-8')).split('\n');
    assert.equal(lines[0], 'User-agent: *');
    assert.ok(lines.includes('Disallow: /query'));
    assert.ok(lines.includes(`Sitemap: ${BASE}/sitemap.xml`));
    assert.ok(!lines.includes('Disallow: /'));
  });

  void test('every page of sitemap.xml is there, and none is a page that robots.txt forbids', async () => {
    const elements = elementsOf((await bytes('/sitemap.xml')).text);
    const pages = elements.filter(({ name }) => name === 'loc').map((element) => element.text);
    assert.ok(pages.includes(`${BASE}/docs/unique-devices`));
    assert.ok(pages.includes(`${BASE}/docs/guides/query`));
    assert.equal(new Set(pages).size, pages.length);
    const dates = elements.filter(({ name }) => name === 'lastmod').map((element) => element.text);
    assert.ok(dates.length >= 8);
    for (const date of dates) assert.match(date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const forbidden = (await text('/robots.txt', 'text/plain; charset=utf-8'))
      .split('\n')
      .flatMap((line) => /^Disallow: (.*)$/.exec(line)?.[1] ?? []);
    for (const page of pages) {
      const path = page.slice(BASE.length);
      assert.ok(!forbidden.some((start) => path.startsWith(start)), path);
      const { status } = await gateway.get(path).set('accept', BROWSER);
      assert.equal(status, 200, path);
    }
  });

  void test('every page has a title, a description and an address for those who share it', async () => {
    for (const path of [
      '/',
      '/docs',
      '/catalogue',
      '/docs/unique-devices',
      '/docs/guides/query',
      '/dashboards',
    ]) {
      const { text: page } = await gateway.get(path).set('accept', BROWSER);
      for (const name of ['title', 'description', 'type', 'url', 'site_name'])
        assert.match(page, new RegExp(`<meta property="og:${name}" content="[^"]+" />`), `${path}: ${name}`);
      assert.ok(page.includes(`<meta property="og:url" content="${BASE}${path}" />`), path);
      assert.ok(page.includes(`<link rel="canonical" href="${BASE}${path}" />`), path);
    }
  });
});

void test('llms.txt has a title, a summary, and links to every metric with data', async () => {
  const lines = (await text('/llms.txt', 'text/markdown; charset=utf-8')).split('\n');
  assert.equal(lines[0], '# Kraken');
  assert.match(lines[2] ?? '', /^> /);
  const links = lines.filter((line) => line.startsWith('- '));
  for (const line of links) assert.match(line, /^- \[[^\]]+\]\(https:\/\/stats\.example\.org\/\S+\): \S/);
  assert.ok(links.some((line) => line.includes('`pageviews-aggregate`')));
  for (const line of links.filter((one) => !one.includes('/mcp'))) {
    const [, path] = /\(https:\/\/stats\.example\.org(\S+)\)/.exec(line) ?? [];
    assert.equal((await gateway.get(path as string)).status, 200, path);
  }
});

describe('security.txt', () => {
  void test('names the contact, and when to look again', async () => {
    const said = await text('/.well-known/security.txt', 'text/plain; charset=utf-8');
    assert.match(said, /^Contact: mailto:data@example\.org$/m);
    assert.match(said, /^Canonical: https:\/\/stats\.example\.org\/\.well-known\/security\.txt$/m);
    const [, expires = ''] = /^Expires: (.*)$/m.exec(said) ?? [];
    const days = (Date.parse(expires) - NOW) / 86_400_000;
    assert.ok(days > 100 && days < 365);
  });

  void test('is not there without a contact', async () => {
    const silent = await startGateway();
    const { status } = await silent.get('/.well-known/security.txt');
    await silent.close();
    assert.equal(status, 404);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  access,
  accessSite,
  article,
  country,
  filePath,
  mediaAgent,
  mediaType,
  project,
  referer,
} from '../../src/metrics/dimensions.ts';
import { METRICS } from '../../src/metrics/index.ts';

void test('a project is known by its domain without www. and .org, in any case', () => {
  for (const spelling of ['en.wikipedia', 'En.Wikipedia.org', ' www.en.wikipedia.org ', 'EN.WIKIPEDIA']) {
    assert.equal(project.normalise(spelling), 'en.wikipedia');
  }
  assert.equal(project.normalise('www.mediawiki.org'), 'mediawiki');
  assert.equal(project.normalise('en.m.wikipedia.org'), 'en.m.wikipedia', 'the mobile site is not mapped');
});

void test('a project with other characters is refused in the words of AQS', () => {
  const words = 'The parameter `project` contains invalid charaters.';
  for (const value of ['en wikipedia', 'en/wikipedia', 'ën.wikipedia', 'en.wikipedia|de.wikipedia'])
    assert.equal(project.refuse(project.normalise(value)), words);
  assert.equal(project.refuse('all-wikipedia-projects'), undefined);
});

void test('an article keeps case, plus signs, slashes and outer underscores; spaces become underscores', () => {
  assert.equal(article.normalise('iPhone 4S/+ _'), 'iPhone_4S/+__');
  assert.notEqual(article.normalise('main Page'), article.normalise('Main Page'));
});

void test('access-site may be written in any case, access may not', () => {
  assert.equal(accessSite.normalise('All-Sites'), 'all-sites');
  assert.equal(
    access.refuse(access.normalise('Desktop')),
    'access should be equal to one of the allowed values: [all-access, desktop, mobile-app, mobile-web]',
  );
});

void test('a country is taken as it is written', () => {
  assert.equal(country.normalise('fr'), 'fr');
  assert.equal(country.refuse('fr'), undefined, 'AQS answers 404, not 400');
});

void test('a referer is a class of sites or a project', () => {
  for (const name of ['all-referers', 'internal', 'external', 'search-engine', 'unknown', 'none'])
    assert.equal(referer.normalise(name.toUpperCase()), name);
  assert.equal(referer.normalise('www.De.Wikipedia.org'), 'de.wikipedia');
  assert.equal(
    referer.refuse(referer.normalise('https://example.com/')),
    'The parameter `project` contains invalid charaters.',
  );
});

void test('media types are not checked, automated is no agent of media requests', () => {
  assert.equal(mediaType.refuse('hologram'), undefined);
  assert.match(mediaAgent.refuse('automated') ?? '', /\[all-agents, spider, user\]$/);
});

/** A path as it is asked for, decoded once, and as it is stored. */
const PATHS: readonly (readonly [asked: string, stored: string])[] = [
  ['/wikibooks/en/b/b7/Logo(Old).jpg', '/wikibooks/en/b/b7/Logo(Old).jpg'],
  ['/wikipedia/commons/0/04/a_$_sign.jpg', '/wikipedia/commons/0/04/a_$_sign.jpg'],
  ['/wikipedia/commons/0/03/I=40A_ΔI.JPG', '/wikipedia/commons/0/03/I=40A_%CE%94I.JPG'],
  ["/wikipedia/commons/0/0d/(`a_b'_c').jpg", "/wikipedia/commons/0/0d/(`a_b'_c').jpg"],
  ['/wikibooks/de/8/8e/Bezugsgröße.jpg', '/wikibooks/de/8/8e/Bezugsgr%C3%B6%C3%9Fe.jpg'],
  ['/wikipedia/commons/0/00/Matrícula*065.jpg', '/wikipedia/commons/0/00/Matr%C3%ADcula*065.jpg'],
  ['/math/0/0/6/006164b7.png', '/math/0/0/6/006164b7.png'],
  ['/wikibooks/en/archive/1/19/2004!TTL.PNG', '/wikibooks/en/archive/1/19/2004!TTL.PNG'],
  ['/wikipedia/bar/9/93/A_&_O.jpg', '/wikipedia/bar/9/93/A_&_O.jpg'],
  ['/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png', '/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png'],
  ['/wikipedia/commons/0/09/a,_Wr.110:5.tif', '/wikipedia/commons/0/09/a%2C_Wr.110:5.tif'],
  ['/wikipedia/az/5/57/Xəyal_mı?.jpg', '/wikipedia/az/5/57/X%C9%99yal_m%C4%B1?.jpg'],
  ['/wikipedia/commons/0/00/Panzer_"Tiger".jpg', '/wikipedia/commons/0/00/Panzer_"Tiger".jpg'],
  ['/wikipedia/commons/0/00/nr._42;_B-II-m.JPG', '/wikipedia/commons/0/00/nr._42;_B-II-m.JPG'],
  ['/wikipedia/commons/0/00/a_@_jazz.jpg', '/wikipedia/commons/0/00/a_@_jazz.jpg'],
  ['/wikipedia/commons/0/02/B^M_Grocery,_V.jpg', '/wikipedia/commons/0/02/B^M_Grocery%2C_V.jpg'],
  ['/wikipedia/commons/0/02/a b [c] #1.jpg', '/wikipedia/commons/0/02/a%20b%20%5Bc%5D%20%231.jpg'],
  ['/wikipedia/commons/0/02/😀.png', '/wikipedia/commons/0/02/%F0%9F%98%80.png'],
  ['/ö/ü.png', '/ö/%C3%BC.png'],
  ['-', '-'],
];

for (const [asked, stored] of PATHS) {
  void test(`the file ${asked} is stored as ${stored}`, () => {
    assert.equal(filePath.normalise(asked), stored);
  });
}

void test('normalising twice changes nothing, in every dimension of every metric', () => {
  const dimensions = METRICS.flatMap((metric) => [
    ...metric.dimensions,
    ...(metric.shape.kind === 'top' ? metric.shape.entry : []),
  ]);
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\ud800', '/', '%') }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...dimensions), anyText, (dimension, text) => {
      // AQS takes one www. and one .org away, so that a second one would go the next time.
      fc.pre(!/www\.|\.org/i.test(text));
      const once = dimension.normalise(text);
      if (dimension.refuse(once) === undefined) assert.equal(dimension.normalise(once), once);
    }),
    { numRuns: 2000 },
  );
});

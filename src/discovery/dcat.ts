import { dateTime, type Downloadable } from './described.ts';
import type { JsonLd } from './json-ld.ts';
import { descriptionOf, keywordsOf } from './schema-org.ts';

export const JSON_LD_TYPE = 'application/ld+json; charset=utf-8';

/** The terms that the document uses. They stand in it, so that nobody has to fetch them. */
const CONTEXT = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

const MEDIA_TYPES = 'https://www.iana.org/assignments/media-types/';

export interface CatalogueRecord {
  /** The metrics with loaded data. */
  readonly all: readonly Downloadable[];
  /** The public address of the API, without a trailing slash. */
  readonly base: string;
  /** Where to write to, as an address of `mailto:` or `https:`; undefined if nobody said. */
  readonly contact: string | undefined;
}

/**
 * Describes the catalogue by DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) as JSON-LD: the services, and each metric
 * with loaded data as a data set. Its distributions are an example's answer in each format.
 */
export function dcatOf({ all, base, contact }: CatalogueRecord): JsonLd {
  const services = servicesOf(base);
  return {
    '@context': CONTEXT,
    '@id': `${base}/catalogue.jsonld`,
    '@type': 'dcat:Catalog',
    'dct:title': english('Kraken'),
    'dct:description': english('A public analytics data API: metrics by URL, by GraphQL and as files.'),
    'dct:publisher': agent('Kraken', base),
    'dct:language': iri('http://publications.europa.eu/resource/authority/language/ENG'),
    'foaf:homepage': iri(`${base}/`),
    ...(contact === undefined ? {} : { 'dcat:contactPoint': contactPoint(contact) }),
    'dcat:service': services,
    'dcat:dataset': all.map((one) => dataset(one, base, contact)),
  };
}

function dataset(described: Downloadable, base: string, contact: string | undefined): JsonLd {
  const { entry, page, json, licence, days, changedAt, downloads } = described;
  return {
    '@id': page,
    '@type': 'dcat:Dataset',
    'dct:identifier': entry.name,
    'dct:title': english(entry.title),
    'dct:description': english(descriptionOf(entry)),
    'dct:license': iri(licence),
    'dct:publisher': agent(entry.owner ?? 'Kraken', base),
    'dct:provenance': { '@type': 'dct:ProvenanceStatement', 'dct:description': english(entry.source) },
    'dcat:keyword': keywordsOf(entry).map(english),
    'dcat:landingPage': iri(page),
    'foaf:isPrimaryTopicOf': iri(json),
    ...(changedAt === undefined ? {} : { 'dct:modified': typed('dateTime', dateTime(changedAt)) }),
    ...(days && {
      'dct:temporal': {
        '@type': 'dct:PeriodOfTime',
        'dcat:startDate': typed('date', days.from),
        'dcat:endDate': typed('date', days.to),
      },
    }),
    ...(contact === undefined ? {} : { 'dcat:contactPoint': contactPoint(contact) }),
    'dcat:distribution': downloads.map(({ title, url, mediaType }) => ({
      '@id': url,
      '@type': 'dcat:Distribution',
      'dct:title': english(title),
      'dcat:accessURL': iri(url),
      'dcat:downloadURL': iri(url),
      'dcat:mediaType': iri(`${MEDIA_TYPES}${mediaType}`),
      'dcat:accessService': iri(`${base}/metrics`),
      'dct:license': iri(licence),
    })),
  };
}

function servicesOf(base: string): JsonLd[] {
  const service = (path: string, title: string, description: string, described: string): JsonLd => ({
    '@id': `${base}${path}`,
    '@type': 'dcat:DataService',
    'dct:title': english(title),
    'dct:description': english(description),
    'dcat:endpointURL': iri(`${base}${path}`),
    'dcat:endpointDescription': iri(`${base}${described}`),
  });
  return [
    service('/metrics', 'Metrics by URL', 'Each metric has a path, as in Wikimedia’s API.', '/openapi.json'),
    service('/query', 'Any question', 'Grouped, filtered, sorted and compared numbers.', '/openapi.json'),
    service('/graphql', 'GraphQL', 'The same metrics by GraphQL.', '/docs/graphiql'),
  ];
}

function contactPoint(address: string): JsonLd {
  const isMail = address.startsWith('mailto:');
  return {
    '@type': 'vcard:Kind',
    'vcard:fn': 'The operators of this instance',
    [isMail ? 'vcard:hasEmail' : 'vcard:hasURL']: iri(address),
  };
}

function agent(name: string, base: string): JsonLd {
  return { '@type': 'foaf:Agent', 'foaf:name': name, 'foaf:homepage': iri(`${base}/`) };
}

function english(text: string): JsonLd {
  return { '@value': text, '@language': 'en' };
}

function typed(type: string, text: string): JsonLd {
  return { '@value': text, '@type': `xsd:${type}` };
}

function iri(address: string): JsonLd {
  return { '@id': address };
}

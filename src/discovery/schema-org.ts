import { dayAt, type Described, type Downloadable } from './described.ts';
import type { JsonLd } from './json-ld.ts';

/** https://schema.org/Dataset: descriptions outside of these lengths aren't shown by Google's search for data. */
const DESCRIPTION = { min: 50, max: 5000 } as const;

const CONTEXT = 'https://schema.org/';

/** Describes a metric as a schema.org Dataset, for the page of the metric. */
export function datasetOf(described: Downloadable, base: string): JsonLd {
  return { '@context': CONTEXT, ...dataset(described, base) };
}

/** Describes the catalogue as a schema.org DataCatalog, which names its data sets. */
export function dataCatalogOf(all: readonly Described[], base: string): JsonLd {
  return {
    '@context': CONTEXT,
    ...catalog(base),
    description: 'Every metric of this instance, with its loaded dates, licence and example requests.',
    dataset: all
      .filter(({ entry }) => entry.loaded)
      .map(({ entry, page }) => ({ '@type': 'Dataset', '@id': page, name: entry.title, url: page })),
  };
}

function catalog(base: string): JsonLd {
  return { '@type': 'DataCatalog', '@id': `${base}/catalogue`, name: 'Kraken', url: `${base}/catalogue` };
}

function dataset(
  { entry, page, json, licence, days, changedAt, downloads }: Downloadable,
  base: string,
): JsonLd {
  return {
    '@type': 'Dataset',
    '@id': page,
    name: entry.title,
    alternateName: entry.name,
    identifier: page,
    url: page,
    sameAs: json,
    description: descriptionOf(entry),
    keywords: keywordsOf(entry),
    license: licence,
    creator: { '@type': 'Organization', name: entry.owner ?? 'Kraken', url: base },
    isAccessibleForFree: true,
    measurementTechnique: entry.source,
    ...(days && { temporalCoverage: `${days.from}/${days.to}` }),
    ...(changedAt !== undefined && { dateModified: dayAt(changedAt) }),
    variableMeasured: entry.measures.map(({ name, doc, unit }) => ({
      '@type': 'PropertyValue',
      name,
      description: doc,
      unitText: unit,
    })),
    includedInDataCatalog: catalog(base),
    distribution: downloads.map(({ title, url, mediaType }) => ({
      '@type': 'DataDownload',
      name: title,
      contentUrl: url,
      encodingFormat: mediaType,
    })),
  };
}

/** What a metric is, and what to know before trusting it. Short ones are made longer by what is true of every metric. */
export function descriptionOf({ title, doc, caveats = [] }: Described['entry']): string {
  const text = [doc, ...caveats].join(' ');
  const enough =
    text.length >= DESCRIPTION.min ? text : `${title}. ${text} Served as JSON, CSV and pictures.`;
  return enough.slice(0, DESCRIPTION.max);
}

/** Words to find a metric by: the names of its dimensions and measures, and how often there are numbers. */
export function keywordsOf({ dimensions, measures, granularities }: Described['entry']): string[] {
  return [
    ...new Set([...measures, ...dimensions].map(({ name }) => name.replaceAll('-', ' '))),
    ...granularities,
  ];
}

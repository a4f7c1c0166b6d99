import { licenceOf, licenceUrl, type Metric } from '../../core/metric/metric.ts';
import { FILE_FORMATS, takes, type FileFormat } from '../../downloads/downloads.ts';
import { pieceColumns } from '../../downloads/piece-sheet.ts';
import type { Piece } from '../../downloads/pieces.ts';
import type { CellType } from '../../formats/sheet.ts';

type Json = Readonly<Record<string, unknown>>;

const PROFILE = 'https://datapackage.org/profiles/2.0/datapackage.json';

/** The formats that a package names: one that everybody reads, and one that is fast. */
const PACKAGED: readonly string[] = ['csv', 'parquet'];

/** The types of fields (https://datapackage.org/standard/table-schema/). */
const TYPES: Readonly<Record<CellType, string>> = {
  text: 'string',
  whole: 'integer',
  decimal: 'number',
  date: 'date',
  instant: 'datetime',
  flag: 'boolean',
};

/**
 * Describes the files of a metric by the Data Package standard, version 2. Paths begin where the package lies.
 * @param base the public address of the API, without a trailing slash
 */
export function metricPackage(metric: Metric, pieces: readonly Piece[], base: string): Json {
  return {
    $schema: PROFILE,
    name: metric.name,
    title: metric.title,
    description: [metric.doc, ...(metric.caveats ?? [])].join(' '),
    homepage: `${base}/docs/${metric.name}`,
    ...origin(metric),
    resources: pieces.flatMap((piece) => resourcesOf(metric, piece, '')),
  };
}

/** Describes the files of all metrics: whole grains, and pieces of those that are too large to be one file. */
export function cataloguePackage(
  metrics: readonly Metric[],
  piecesOf: (metric: Metric) => readonly Piece[],
  base: string,
): Json {
  const resources = metrics.flatMap((metric) => {
    const pieces = piecesOf(metric);
    const whole = pieces.filter(({ name }) => !name.includes('/')).map(({ name }) => name);
    return pieces
      .filter(({ name }) => whole.includes(name.split('/', 1)[0] as string) === whole.includes(name))
      .flatMap((piece) =>
        resourcesOf(metric, piece, `${metric.name}/`).map((one) => ({ ...one, ...origin(metric) })),
      );
  });
  return {
    $schema: PROFILE,
    name: 'kraken',
    title: 'Kraken',
    description: 'Every metric of this instance with loaded data, as files.',
    homepage: `${base}/`,
    resources,
  };
}

/** Where a metric's numbers are from, and what may be done with them. */
function origin(metric: Metric): Json {
  const spdx = licenceOf(metric);
  const path = licenceUrl(spdx);
  return {
    licenses: [{ name: spdx, ...(path === undefined ? {} : { path }) }],
    sources: [{ title: metric.source }],
    ...(metric.owner === undefined ? {} : { contributors: [{ title: metric.owner }] }),
  };
}

function resourcesOf(metric: Metric, piece: Piece, folder: string): Json[] {
  return FILE_FORMATS.filter((format) => PACKAGED.includes(format.name) && takes(format, piece)).map(
    (format) => resource(metric, piece, format, folder),
  );
}

function resource(metric: Metric, piece: Piece, { name, suffix, type }: FileFormat, folder: string): Json {
  return {
    name: `${folder}${piece.name}`.replaceAll('/', '-') + suffix,
    type: 'table',
    path: `${folder}${piece.name}${suffix}`,
    format: name,
    mediatype: type.split(';', 1)[0],
    ...(name === 'csv' ? { encoding: 'utf-8' } : {}),
    schema: {
      fields: pieceColumns(metric, piece).map(({ name: field, type: cells, doc, unit }) => ({
        name: field,
        type: TYPES[cells],
        ...(doc === undefined ? {} : { description: doc }),
        ...(unit === undefined ? {} : { unit }),
      })),
      // `NA` is Namibia: only an empty cell is missing.
      missingValues: [''],
      ...(metric.shape.kind === 'series'
        ? { primaryKey: [...metric.dimensions.map((dimension) => dimension.name), 'timestamp'] }
        : {}),
    },
  };
}

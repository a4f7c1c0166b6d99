import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { metricIn } from '../../core/metric/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { Problem } from '../../core/problem.ts';
import { nearest, suggestion } from '../../core/value/nearest.ts';
import { FILE_FORMATS, type Downloads, type FileFormat } from '../../downloads/downloads.ts';
import type { Piece } from '../../downloads/pieces.ts';
import { openedBy } from '../../formats/row-style.ts';
import type { Road } from '../../read/road.ts';
import { baseUrlOf } from '../http/base-url.ts';
import { isOpenedInBrowser } from '../http/browser.ts';
import type { Compressor } from '../http/conditional.ts';
import { documentOf } from '../http/documents.ts';
import { answerOptions, STANDING_HEADERS } from '../http/headers.ts';
import { goneSignal, sendRendered } from '../http/send.ts';
import { attachment } from '../rest/download.ts';
import { cataloguePackage, metricPackage } from './data-package.ts';
import { sendFile } from './send-file.ts';

export interface DownloadsRoutes {
  readonly road: Road;
  readonly downloads: Downloads;
  readonly compressor: Compressor;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
}

interface FileRoute {
  Params: { name: string; grain?: string; file: string };
}

const METHODS = 'GET,HEAD';
const PACKAGE = 'datapackage.json';

/**
 * Registers `/downloads/METRIC/GRAIN.parquet`, `/downloads/METRIC/GRAIN/2024-03.parquet` and so on, and their descriptions:
 * `/downloads/METRIC/datapackage.json`, and `/downloads/datapackage.json` of everything.
 */
export function registerDownloads(
  app: FastifyInstance,
  { road, downloads, compressor, baseUrl }: DownloadsRoutes,
): void {
  app.get('/downloads/datapackage.json', (request, reply) => {
    const pieces = (metric: Metric): Piece[] => downloads.piecesOf(metric);
    const json = cataloguePackage(road.catalogue.metrics, pieces, baseUrlOf(request, baseUrl));
    return sendRendered(request, reply, documentOf(json, 1), compressor);
  });
  app.get<FileRoute>(`/downloads/:name/${PACKAGE}`, (request, reply) => {
    const metric = metricIn(road.catalogue, request.params.name, 'name');
    const json = metricPackage(metric, downloads.piecesOf(metric), baseUrlOf(request, baseUrl));
    return sendRendered(request, reply, documentOf(json, 1), compressor);
  });
  const send = async (request: FastifyRequest<FileRoute>, reply: FastifyReply): Promise<FastifyReply> => {
    const { name, grain, file } = request.params;
    const metric = metricIn(road.catalogue, name, 'name');
    const { format, stem } = formatOf(file);
    const wanted = grain === undefined ? stem : `${grain}/${stem}`;
    const pieces = downloads.piecesOf(metric);
    const piece = pieces.find((one) => one.name === wanted) ?? missing(metric, wanted, pieces);
    const style = openedBy(isOpenedInBrowser(request.headers.accept), format, {});
    const made = await downloads.open({ metric, piece, format, style }, goneSignal(request));
    return sendFile(request, reply, made, {
      type: format.type,
      disposition: attachment('', [metric.name, wanted.replace('/', '-')], format.suffix),
      negotiated: format.hasCells === true,
    });
  };
  for (const url of ['/downloads/:name/:file', '/downloads/:name/:grain/:file']) {
    app.route<FileRoute>({ method: ['GET', 'HEAD'], url, handler: send });
    answerOptions(app, url, METHODS, {
      'access-control-allow-headers': `${STANDING_HEADERS['access-control-allow-headers']}, range, if-range`,
    });
  }
}

/** Splits the name of a file. @throws Problem if no format has its ending */
function formatOf(file: string): { format: FileFormat; stem: string } {
  const format = FILE_FORMATS.find(({ suffix }) => file.endsWith(suffix));
  if (format) return { format, stem: file.slice(0, -format.suffix.length) };
  const endings = FILE_FORMATS.map(({ suffix }) => suffix);
  const ending = /\.[^.]*$/.exec(file)?.[0] ?? '';
  throw new Problem('no-route', 'invalid route', {
    hint: `A download ends in ${endings.join(', ')} or is ${PACKAGE}${suggestion(nearest(ending, endings))}`,
  });
}

/** @throws Problem */
function missing(metric: Metric, wanted: string, pieces: readonly Piece[]): never {
  const names = pieces.map(({ name }) => name);
  if (names.length === 0)
    throw new Problem('not-found', `Nothing of ${metric.name} is loaded.`, { reason: 'not-loaded' });
  const near = nearest(wanted, names);
  throw new Problem('not-found', `${metric.name} has no file ${wanted}.`, {
    reason: 'outside-coverage',
    hint: `There are ${names.length === 1 ? '' : `${names.length}, from `}${names[0]} to ${names.at(-1)}: /downloads/${metric.name}/${PACKAGE} lists them${suggestion(near)}`,
  });
}

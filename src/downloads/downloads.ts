import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Metric } from '../core/metric/metric.ts';
import { EngineError } from '../core/engine-error.ts';
import { Problem, unlessProblem } from '../core/problem.ts';
import { ALL_FORMATS, type FormatName } from '../formats/formats.ts';
import type { Format } from '../formats/form.ts';
import type { RowStyle } from '../formats/row-style.ts';
import { aboutTexts } from '../formats/sheet.ts';
import type { Road } from '../read/road.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { MadeFile, MadeFiles } from './made-files.ts';
import { pieceRows } from './piece-rows.ts';
import { pieceCopy, pieceSheet } from './piece-sheet.ts';
import { piecesOf, type Piece } from './pieces.ts';

/** A format in which whole tables can be had. */
export interface FileFormat extends Pick<
  Format,
  'type' | 'suffix' | 'label' | 'doc' | 'maxRows' | 'hasCells'
> {
  readonly name: FormatName;
  readonly write: NonNullable<Format['write']>;
}

/** The formats of downloads, in the order of all formats. */
export const FILE_FORMATS: readonly FileFormat[] = ALL_FORMATS.flatMap(([name, format]) => {
  const { write, ...rest }: Format = format;
  return write ? [{ ...rest, name, write }] : [];
});

/** Whether a piece can be had in a format. */
export function takes({ maxRows = Infinity }: FileFormat, { rows }: Piece): boolean {
  return rows <= maxRows;
}

/** The way in which files are written. Another number makes all of them anew. */
const EDITION = 1;

export interface DownloadsOptions {
  readonly road: Road;
  readonly warehouse: Warehouse;
  readonly files: MadeFiles;
}

/** A file that can be downloaded. */
export interface NamedFile {
  readonly piece: Piece;
  readonly format: FileFormat;
  readonly path: string;
}

/** A file that is asked for. */
export interface Asked {
  readonly metric: Metric;
  readonly piece: Piece;
  readonly format: FileFormat;
  /** How its texts are written, where that matters. */
  readonly style: Pick<RowStyle, 'guarded'>;
}

/** The rows of metrics as files: whole tables, and pieces of them. */
export class Downloads {
  readonly #options: DownloadsOptions;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** The pieces of a metric that have rows. @throws EngineError if the warehouse never answered */
  piecesOf(metric: Metric): Piece[] {
    return piecesOf(metric, this.#options.road.watch.stateOf(metric, 'warehouse'));
  }

  /**
   * The files that people want first: of each grain the whole, or its newest piece if the whole is too large for a file.
   * There are none while the warehouse hasn't answered.
   */
  mainFilesOf(metric: Metric): NamedFile[] {
    const pieces = unlessProblem(() => this.piecesOf(metric), EngineError) ?? [];
    const grains = [...new Set(pieces.map(({ span }) => span.grain))];
    return grains.flatMap((grain) => {
      const ofGrain = pieces.filter(({ span }) => span.grain === grain);
      const piece = ofGrain.find(({ name }) => name === grain) ?? ofGrain.at(-1);
      if (!piece) return [];
      return FILE_FORMATS.filter((format) => takes(format, piece)).map((format) => ({
        piece,
        format,
        path: `/downloads/${metric.name}/${piece.name}${format.suffix}`,
      }));
    });
  }

  /** Opens the file of a piece. @throws Problem if the format doesn't take it; EngineError */
  async open({ metric, piece, format, style }: Asked, signal: AbortSignal): Promise<MadeFile> {
    if (!takes(format, piece))
      throw new Problem(
        'too-large',
        `${metric.name} has ${piece.rows} rows here, but a file of ${format.label} takes at most ${format.maxRows}.`,
        { hint: 'Ask for a piece of it, or for Parquet.' },
      );
    const { road, warehouse, files } = this.#options;
    const sheet = pieceSheet(metric, piece, road.watch.stateOf(metric, 'warehouse'));
    const copy = pieceCopy(metric, piece, sheet);
    const make = async (path: string, making: AbortSignal): Promise<void> => {
      if (format.name === 'parquet' && warehouse.copy)
        return warehouse.copy({ ...copy, about: aboutTexts(sheet) }, path, making);
      const rows = pieceRows(metric, copy, warehouse, making);
      await pipeline(Readable.from(format.write(sheet, rows, style)), createWriteStream(path), {
        signal: making,
      });
    };
    return files.open(keyOf(metric, piece, format, [sheet, copy, style]), make, signal);
  }
}

/** A name for a file's content: it changes with the rows and with what is said of them. */
function keyOf(metric: Metric, { name, version }: Piece, format: FileFormat, content: unknown): string {
  const digest = createHash('sha1')
    .update(JSON.stringify([EDITION, content]))
    .digest('hex')
    .slice(0, 12);
  return `${metric.name}-${name.replace('/', '-')}-${version}-${digest}${format.suffix}`;
}

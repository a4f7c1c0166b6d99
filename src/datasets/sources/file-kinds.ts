import type { DatasetText } from '../texts.ts';
import { textFormOf } from '../forms/declared.ts';
import type { TextForm } from '../forms/text-form.ts';
import { DelimitedFile } from './delimited-file.ts';
import { NdjsonFile } from './ndjson-file.ts';
import { ParquetFile } from './parquet-file.ts';
import type { RowSource } from './row-source.ts';
import { recognisedForm } from './unsaid.ts';
import { recognisedSheet, XlsxFile } from './xlsx/xlsx-file.ts';

/** The members that say how a file is written, and that not every kind of file has. */
export type FormMember = 'separator' | 'encoding' | 'header' | 'comment' | 'decimal' | 'thousands' | 'sheet';

/** A kind of file that data sets can have. */
export interface FileKind {
  /** The kind in messages: `a Parquet file`. */
  readonly inWords: string;
  /** The ends of the names of its files, as a pattern. */
  readonly names: RegExp;
  readonly members: readonly FormMember[];
  /** Opens a file. @param declared how its owner says that it is written */
  readonly open: (path: string, declared: Partial<DatasetText>) => RowSource;
  /** Returns how a file seems to be written. @throws UnreadableFileError */
  readonly recognise?: (path: string, signal: AbortSignal) => Promise<RecognisedForm>;
}

/** How a file seems to be written. */
export interface RecognisedForm extends TextForm {
  readonly sheet?: string;
}

const PACKED = '(?:\\.gz|\\.bz2|\\.zst)?$';

/** Every kind of file. A new kind is a file of this folder and an entry here. */
export const FILE_KINDS = {
  text: {
    inWords: 'a CSV or TSV file',
    names: new RegExp(`\\.(?:csv|tsv|txt)${PACKED}`, 'i'),
    members: ['separator', 'encoding', 'header', 'comment', 'decimal', 'thousands'],
    open: (path, declared) => new DelimitedFile(path, textFormOf(declared)),
    recognise: recognisedForm,
  },
  ndjson: {
    inWords: 'a file of JSON lines',
    names: new RegExp(`\\.(?:ndjson|jsonl)${PACKED}`, 'i'),
    members: ['decimal', 'thousands'],
    open: (path) => new NdjsonFile(path),
  },
  parquet: {
    inWords: 'a Parquet file',
    names: /\.parquet$/i,
    members: [],
    open: (path) => new ParquetFile(path),
  },
  xlsx: {
    inWords: 'an Excel file',
    names: /\.xlsx$/i,
    members: ['sheet', 'header', 'decimal', 'thousands'],
    open: (path, { sheet, header }) => new XlsxFile(path, { sheet, header }),
    recognise: recognisedSheet,
  },
} as const satisfies Readonly<Record<string, FileKind>>;

/** The names that files may have, in words. */
export const FILE_NAMES = '.csv, .tsv, .ndjson (packed: .csv.gz, .csv.bz2), .xlsx or .parquet';

/** All members that some kind of file has. */
export const FORM_MEMBERS: readonly FormMember[] = [
  ...new Set(Object.values(FILE_KINDS).flatMap(({ members }): readonly FormMember[] => members)),
];

/** Returns the kind of a file by its name; undefined if there is none. */
export function fileKindOf(path: string): FileKind | undefined {
  return Object.values(FILE_KINDS).find(({ names }) => names.test(path));
}

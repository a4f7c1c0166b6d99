import { join } from 'node:path';
import { uncover } from '../../core/time/coverage.ts';
import { changesSince, type PastChange } from '../../core/time/history.ts';
import { partitionName, partitionSpan } from '../../core/time/partition.ts';
import type { Table } from '../../core/metric/table.ts';
import { formatTimestamp, type Grain, type Ordinal } from '../../core/time/time.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { Lake } from './lake.ts';
import type { Manifest } from './manifest.ts';
import { scopeExpression, scopeText } from './scope-sql.ts';
import { type Bindings, fileColumns, identifier, keyColumns, rowsOfFiles } from './sql.ts';

/** Rows to read: periods of one grain, now or in an earlier version of the table. */
export interface Asked {
  readonly table: Table;
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly asOf?: number;
}

/** Files of a table to be read together, relative to its folder. */
export interface RowsToRead {
  readonly files: readonly string[];
  /** Whether the files also hold rows of other periods. */
  readonly isClipped: boolean;
  /**
   * Returns the rows as a relation.
   * @param conditions makes further conditions on columns that identify a row; rows that don't meet them may be left out
   */
  readonly relation: (bindings: Bindings, conditions: () => readonly string[]) => string;
}

/**
 * Finds the rows of some periods; undefined if there are none.
 * @param areTotalsEnough whether a partition's totals may be read in place of its rows; by default they never are
 * @throws EngineError if the table can't be taken back to the version asked for
 */
export function rowsToRead(
  lake: Lake,
  manifest: Manifest,
  asked: Asked,
  areTotalsEnough: (partition: string) => boolean = () => false,
): RowsToRead | undefined {
  const { grain, first, last, table } = asked;
  const live: string[] = [];
  let isClipped = false;
  for (let ordinal = first; ordinal <= last;) {
    const name = partitionName(grain, ordinal);
    const span = partitionSpan(name);
    const { files = [], totals } = manifest.partitions.get(name) ?? {};
    const found = totals !== undefined && areTotalsEnough(name) ? [totals] : files;
    if (found.length > 0 && (span.first < first || span.last > last)) isClipped = true;
    live.push(...found);
    ordinal = Math.max(ordinal, span.last) + 1;
  }
  const absolute = (path: string): string => join(lake.folder, table.name, path);
  const changes = asked.asOf === undefined ? [] : takenBack(manifest, asked.asOf);
  const touching = changes.filter((change) => touches(change, asked));
  if (touching.length === 0) {
    if (live.length === 0) return undefined;
    return { files: live, isClipped, relation: (bindings) => rowsOfFiles(live.map(absolute), bindings) };
  }
  const before = touching.flatMap(({ version, before: kept }) =>
    kept?.file && kept.spans.some((span) => overlaps(span, asked)) ? [{ version, file: kept.file }] : [],
  );
  if (live.length === 0 && before.length === 0) return undefined;
  const work: TakingBack = {
    asked,
    live: live.map(absolute),
    before: before.map(({ version, file }) => ({ version, file: absolute(file) })),
    gaps: touching.flatMap((change) => gapsBefore(change, asked)),
  };
  return {
    files: [...live, ...before.map(({ file }) => file)],
    isClipped: true,
    relation: (bindings, conditions) => relationBefore(work, conditions(), bindings),
  };
}

/** @throws EngineError */
function takenBack({ state }: Manifest, version: number): PastChange[] {
  const { history } = state;
  if (!history || version < history.base)
    throw new EngineError('warehouse', `version ${version} of a table isn't kept any more`);
  return changesSince(history, version);
}

function touches({ before, coverage }: PastChange, asked: Asked): boolean {
  return [...(before?.spans ?? []), ...coverage].some((span) => overlaps(span, asked));
}

function overlaps(span: Pick<Asked, 'grain' | 'first' | 'last'>, { grain, first, last }: Asked): boolean {
  return span.grain === grain && span.first <= last && first <= span.last;
}

/** Periods of a scope that weren't loaded directly before a version. Rows of them were added later. */
interface Gap {
  readonly scope: string;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly version: number;
}

function gapsBefore({ version, coverage }: PastChange, asked: Asked): Gap[] {
  return coverage
    .filter((one) => overlaps(one, asked))
    .flatMap(({ first, last, coverage: covered, scopes }) => {
      const whole = [{ first, last, complete: false }];
      const missing = covered.reduce<typeof whole>(
        (rest, interval) => [...uncover(rest, interval.first, interval.last)],
        whole,
      );
      return missing.flatMap((gap) =>
        scopes.map((scope) => ({ scope, first: gap.first, last: gap.last, version })),
      );
    });
}

interface TakingBack {
  readonly asked: Asked;
  readonly live: readonly string[];
  readonly before: readonly { readonly version: number; readonly file: string }[];
  readonly gaps: readonly Gap[];
}

/**
 * The rows before some changes. Of a row that changed several times, the oldest before-value counts. Rows of
 * periods that weren't loaded then are left out: they, and before-values of them, are younger.
 */
function relationBefore(
  { asked, live, before, gaps }: TakingBack,
  conditions: readonly string[],
  bindings: Bindings,
): string {
  const { table, grain, first, last } = asked;
  const stamp = (ordinal: Ordinal): string => bindings.text(formatTimestamp('YYYYMMDDHH', grain, ordinal));
  const where = [`"timestamp" BETWEEN ${stamp(first)} AND ${stamp(last)}`, ...conditions].join(' AND ');
  const columns = fileColumns(table)
    .map(({ name }) => identifier(name))
    .join(', ');
  const keys = keyColumns(table).join(', ');
  const texts = (of: (gap: Gap) => string): string => `unnest(${bindings.texts(gaps.map(of))})`;
  const outside = (rows: string, more = ''): string =>
    gaps.length === 0
      ? 'true'
      : `NOT EXISTS (SELECT 1 FROM gaps WHERE gaps._scope = ${scopeExpression(table, rows)}
           AND ${rows}."timestamp" BETWEEN gaps._first AND gaps._last${more})`;
  const parts = [
    ...(live.length > 0
      ? [
          `SELECT ${columns} FROM (SELECT ${columns} FROM ${rowsOfFiles(live, bindings)} WHERE ${where}) AS live
           ${before.length > 0 ? `ANTI JOIN past USING (${keys})` : ''} WHERE ${outside('live')}`,
        ]
      : []),
    ...(before.length > 0
      ? [
          `SELECT ${columns} FROM (SELECT * FROM past WHERE ${outside('past', ' AND gaps._version <= past._version')}
             QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY _version) = 1) AS oldest WHERE _there`,
        ]
      : []),
  ];
  const names = [
    ...(gaps.length > 0
      ? [
          `gaps AS MATERIALIZED (SELECT ${texts(({ scope }) => scopeText(scope))} AS _scope,
             ${texts((gap) => formatTimestamp('YYYYMMDDHH', grain, gap.first))} AS _first,
             ${texts((gap) => formatTimestamp('YYYYMMDDHH', grain, gap.last))} AS _last,
             CAST(${texts(({ version }) => String(version))} AS BIGINT) AS _version)`,
        ]
      : []),
    ...(before.length > 0
      ? [
          `past AS MATERIALIZED (${before
            .map(
              ({ version, file }) =>
                `SELECT ${columns}, _there, CAST(${version} AS BIGINT) AS _version FROM ${rowsOfFiles([file], bindings)} WHERE _grain = '${grain}' AND ${where}`,
            )
            .join(' UNION ALL ')})`,
        ]
      : []),
  ];
  const withNames = names.length > 0 ? `WITH ${names.join(', ')} ` : '';
  return `(${withNames}${parts.join(' UNION ALL ')})`;
}

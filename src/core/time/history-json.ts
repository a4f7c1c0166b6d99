import type { Cause, Correction, History, MeasureChange, PastChange, PastCoverage } from './history.ts';
import { intervalsFromJson, intervalsToJson, type IntervalsJson } from './intervals-json.ts';
import type { Grain } from './time.ts';

/** A history as manifests keep it. Its names are a file format. Lists of scopes that repeat are kept once. */
export interface HistoryJson {
  readonly base: number;
  readonly since: number;
  readonly scopes: readonly (readonly string[])[];
  readonly changes: readonly ChangeJson[];
}

interface ChangeJson {
  readonly version: number;
  readonly at: number;
  readonly why: Cause;
  readonly note?: string;
  readonly coverage?: readonly [
    grain: Grain,
    first: number,
    last: number,
    intervals: IntervalsJson,
    scopes: number,
  ][];
  readonly corrections?: readonly CorrectionJson[];
  readonly before?: {
    readonly rows: number;
    readonly spans: readonly [grain: Grain, first: number, last: number][];
    readonly file?: string;
  };
}

interface CorrectionJson extends Omit<Correction, 'scopes' | 'measures'> {
  readonly scopes: number;
  readonly measures: Readonly<Record<string, [before: number, after: number, largest: number]>>;
}

export function historyToJson({ base, since, changes }: History): HistoryJson {
  const places = new Map<string, number>();
  const scopes: (readonly string[])[] = [];
  const placeOf = (list: readonly string[]): number => {
    const key = list.join('\x01');
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = scopes.push(list) - 1));
    return place;
  };
  const json = changes.map(({ version, at, why, coverage, corrections, before }): ChangeJson => ({
    version,
    at,
    why: why.cause,
    ...(why.note === undefined ? {} : { note: why.note }),
    ...(coverage.length > 0 ? { coverage: coverage.map((one) => coverageToJson(one, placeOf)) } : {}),
    ...(corrections.length > 0
      ? {
          corrections: corrections.map((one) => ({
            ...one,
            scopes: placeOf(one.scopes),
            measures: Object.fromEntries(
              Object.entries(one.measures).map(([name, m]) => [name, [m.before, m.after, m.largest]]),
            ),
          })),
        }
      : {}),
    ...(before
      ? {
          before: {
            rows: before.rows,
            spans: before.spans.map(({ grain, first, last }) => [grain, first, last]),
            ...(before.file === undefined ? {} : { file: before.file }),
          },
        }
      : {}),
  }));
  return { base, since, scopes, changes: json };
}

function coverageToJson(
  { grain, first, last, coverage, scopes }: PastCoverage,
  placeOf: (list: readonly string[]) => number,
): NonNullable<ChangeJson['coverage']>[number] {
  return [grain, first, last, intervalsToJson(coverage), placeOf(scopes)];
}

export function historyFromJson({ base, since, scopes, changes }: HistoryJson): History {
  return {
    base,
    since,
    changes: changes.map(
      ({ version, at, why, note, coverage = [], corrections = [], before }): PastChange => ({
        version,
        at,
        why: { cause: why, ...(note === undefined ? {} : { note }) },
        coverage: coverage.map(([grain, first, last, intervals, place]) => ({
          grain,
          first,
          last,
          coverage: intervalsFromJson(intervals),
          scopes: scopes[place] ?? [],
        })),
        corrections: corrections.map((one) => ({
          ...one,
          scopes: scopes[one.scopes] ?? [],
          measures: Object.fromEntries(
            Object.entries(one.measures).map(([name, [was, is, largest]]): [string, MeasureChange] => [
              name,
              { before: was, after: is, largest },
            ]),
          ),
        })),
        ...(before
          ? {
              before: {
                rows: before.rows,
                spans: before.spans.map(([grain, first, last]) => ({ grain, first, last })),
                file: before.file,
              },
            }
          : {}),
      }),
    ),
  };
}

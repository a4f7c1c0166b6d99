import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { isComplete } from '../../src/core/time/coverage.ts';
import { scopeKey } from '../../src/core/time/table-state.ts';
import { formatTimestamp, type Grain } from '../../src/core/time/time.ts';
import { AUTO, formatsNamed } from '../../src/dumps/formats/formats.ts';
import { type DumpOptions, type DumpReport, importDumps } from '../../src/dumps/import-dumps.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import { at, type Engines, newEngines, SIGNAL } from '../load/engines.ts';
import { temporaryFolder } from '../load/files.ts';

/** Real lines of public dumps. */
export function realFile(name: string): string {
  return fileURLToPath(new URL(`../../../test/dumps/real/${name}`, import.meta.url));
}

/** Engines with a shelf and a folder for files. */
export interface Place extends Engines {
  readonly shelf: string;
  readonly folder: string;
}

export async function newPlace(t: TestContext): Promise<Place> {
  return { ...(await newEngines(t)), shelf: join(temporaryFolder(t), 'dumps'), folder: temporaryFolder(t) };
}

/** Writes a file of lines. */
export function linesFile({ folder }: Place, name: string, lines: readonly string[] | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, Array.isArray(lines) ? lines.map((line) => `${line}\n`).join('') : (lines as Buffer));
  return path;
}

export async function importTo(
  place: Place,
  files: readonly string[],
  options: Partial<DumpOptions> & { readonly name?: string } = {},
): Promise<DumpReport> {
  return importDumps({
    ...place,
    formats: formatsNamed(options.name ?? AUTO) ?? [],
    files,
    told: {},
    badShare: 0.001,
    partial: false,
    complete: false,
    holder: 'a test',
    waitMs: 10_000,
    signal: SIGNAL,
    ...options,
  });
}

/** Everything that the lake has of a metric in a grain: a text of dimensions, period, entry and rank → the numbers. */
export async function rowsOf(
  warehouse: Warehouse,
  metric: Metric,
  grain: Grain,
): Promise<Record<string, string>> {
  const table = tableOf(metric);
  const span = { first: at(grain, '2000-01-01'), last: at(grain, '2030-01-01') };
  const found: Record<string, string> = {};
  for await (const rows of warehouse.select({ table, grain, ...span, where: [] }, SIGNAL))
    for (let i = 0; i < rows.length; i++) {
      const key = [
        ...rows.dimensions.map((column) => column[i]),
        formatTimestamp('YYYYMMDDHH', grain, rows.ordinals[i] as number),
        ...rows.entry.map((column) => column[i]),
        ...(rows.ranks ? [rows.ranks[i]] : []),
      ];
      found[key.join(' ')] = rows.measures.map((column) => column[i]).join(' ');
    }
  return found;
}

/** Adds numbers up by keys. */
export class Tally {
  readonly #sums = new Map<string, number>();

  add(key: readonly (string | number)[], number: number): void {
    const text = key.join(' ');
    this.#sums.set(text, (this.#sums.get(text) ?? 0) + number);
  }

  get all(): Record<string, string> {
    return Object.fromEntries([...this.#sums].map(([key, sum]) => [key, String(sum)]));
  }
}

/** Whether a period of a project is loaded: undefined, `partial` or `complete`. */
export async function loadedAs(
  warehouse: Warehouse,
  metric: Metric,
  grain: Grain,
  project: string,
  date: string,
): Promise<'partial' | 'complete' | undefined> {
  const state = (await warehouse.states(SIGNAL)).tables.get(tableOf(metric).name);
  const coverage = state?.coverage.get(grain)?.get(scopeKey([project])) ?? [];
  const ordinal = at(grain, date);
  if (!coverage.some(({ first, last }) => first <= ordinal && ordinal <= last)) return undefined;
  return isComplete(coverage, ordinal) ? 'complete' : 'partial';
}

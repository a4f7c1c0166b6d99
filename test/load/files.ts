import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Metric } from '../../src/core/metric/metric.ts';
import type { Rows } from '../../src/core/metric/table.ts';
import { readFiles, type Reading } from '../../src/load/read-files.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kraken-load-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder of its own. */
export function fileWith(t: TestContext, name: string, content: string | Buffer): string {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, content);
  return path;
}

/** Rows as texts: grain, ordinal, dimensions, entry, rank, measures. */
export function rowsAsText(rows: Rows): string[] {
  return Array.from({ length: rows.length }, (_, i) =>
    [
      typeof rows.grain === 'string' ? rows.grain : rows.grain[i],
      rows.ordinals[i],
      ...rows.dimensions.map((column) => column[i]),
      ...rows.entry.map((column) => column[i]),
      ...(rows.ranks ? [rows.ranks[i] === null ? '-' : rows.ranks[i]] : []),
      ...rows.measures.map((column) => column[i]),
    ].join(' '),
  );
}

export async function readAll(
  metric: Metric,
  files: readonly string[],
  options: { skipBad?: number } = {},
): Promise<{ rows: string[]; reading: Reading }> {
  const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
  const rows: string[] = [];
  const { signal } = new AbortController();
  for await (const batch of readFiles({ metric, files, skipBad: options.skipBad ?? 0, reading, signal }))
    rows.push(...rowsAsText(batch));
  return { rows, reading };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { VIEW_TEXTS } from '../../src/core/metric/view-events.ts';
import { DAY_MS, HOUR_MS, type Ordinal } from '../../src/core/time/time.ts';
import { hourFolder } from '../../src/raw/hours.ts';
import { MANIFEST } from '../../src/raw/raw-folder.ts';
import { dayToText, type ViewDay, type ViewHour, viewsToText } from '../../src/refine/view-manifest.ts';
import { openViewReader, type ViewReader } from '../../src/refine/view-reader.ts';

/** A view: its time in UTC, and the columns that matter. */
export type View = { readonly dt: string } & Partial<Record<(typeof VIEW_TEXTS)[number], string>>;

const USUAL: Readonly<Record<string, string>> = {
  project: 'blog.example.net',
  access: 'desktop',
  agent: 'user',
  country: '--',
  referer_class: 'none',
  source: 'script',
};

/**
 * Writes a table of views as refine leaves it.
 * @param closed the instant up to which hours are closed
 * @param version of all days
 */
export async function writeViews(
  lake: string,
  views: readonly View[],
  closed: string,
  version = 1,
): Promise<ViewReader> {
  const reader = openViewReader(lake);
  const { folder } = reader;
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const hours = new Map<Ordinal, ViewHour>();
  const projects = new Map<string, Ordinal>();
  let countriesFrom: Ordinal | undefined;
  for (const [hour, rows] of grouped(views, ({ dt }) => Math.floor(Date.parse(dt) / HOUR_MS))) {
    const path = `${hourFolder(hour)}/version=${version}/view_events.parquet`;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const values = rows.map((view) => {
      const row = {
        ...USUAL,
        timestamp: new Date(hour * HOUR_MS).toISOString().replace(/[-T]/g, '').slice(0, 10),
        ...view,
      };
      const project = row.project ?? '';
      if (row.country !== '--') countriesFrom = Math.min(hour, countriesFrom ?? hour);
      projects.set(project, Math.min(projects.get(project) ?? hour, hour));
      return `(${VIEW_TEXTS.map((name) => `'${(row as Record<string, string>)[name] ?? ''}'`).join(', ')})`;
    });
    const columns = VIEW_TEXTS.map((name) => `"${name}"`).join(', ');
    await db.run(
      `COPY (SELECT * FROM (VALUES ${values.join(', ')}) AS views(${columns})) TO '${join(folder, path)}' (FORMAT parquet)`,
    );
    hours.set(hour, {
      path,
      rows: rows.length,
      madeFrom: { raw: '', files: [], rules: '', labels: '', before: '' },
    });
  }
  db.closeSync();
  const days = new Map<Ordinal, ViewDay>();
  for (const [day, own] of grouped(hours, ([hour]) => Math.floor((hour * HOUR_MS) / DAY_MS))) {
    const path = `_days/${day}-${version}.json`;
    await mkdir(join(folder, '_days'), { recursive: true });
    await writeFile(join(folder, path), dayToText(new Map(own)));
    days.set(day, { version, path, rows: own.reduce((sum, [, { rows }]) => sum + rows, 0) });
  }
  const manifest = {
    version,
    closedMs: Date.parse(closed),
    projects,
    ...(countriesFrom === undefined ? {} : { countriesFrom }),
    days,
    superseded: [],
  };
  await writeFile(join(folder, MANIFEST), viewsToText(manifest));
  return reader;
}

/** Views of a week of November 2026, of every kind. */
export function manyViews(): View[] {
  const views: View[] = [];
  const pages = ['/', '/meadow', '/pond', '/about'];
  for (let i = 0; i < 700; i++) {
    const at = Date.parse('2026-11-16T00:00:00Z') + i * 863_000;
    const today = new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
    views.push({
      dt: new Date(at).toISOString(),
      event_id: `${i}`,
      article: pages[(i >> 3) % pages.length],
      access: i % 3 === 0 ? 'mobile-web' : 'desktop',
      ...(i % 7 === 0
        ? { agent: 'spider', agent_rule: 'word' }
        : i % 11 === 0
          ? { agent: 'automated', agent_rule: 'fast' }
          : {}),
      actor: `${today}-${Math.floor(i / 3) % 20}`,
      browser_family: i % 100 === 1 ? 'Lynx' : i % 100 === 51 ? 'w3m' : 'Firefox',
      browser_major: `${130 + (i % 2)}`,
      last_access: i % 4 === 0 ? '20261101' : '',
      no_cookies: i % 4 === 1 ? 'true' : 'false',
      ...(i % 4 === 2 ? { referer_class: 'internal', previous: pages[(i >> 2) % pages.length] } : {}),
      ...(i % 4 === 3
        ? {
            referer_class: 'search-engine',
            referer_name: i % 8 === 3 ? 'Google' : 'DuckDuckGo',
            referer_host: 'www.google.com',
          }
        : {}),
    });
  }
  return views;
}

function grouped<Key, Item>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

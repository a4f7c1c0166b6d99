import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/inspect/check.ts';
import type { Finding } from '../../src/inspect/finding.ts';
import { Mending } from '../../src/inspect/mending.ts';
import type { Selection } from '../../src/load/selection.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import { openLake } from '../../src/warehouses/lake/open-lake.ts';

export const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export function kraken(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', env: { PATH } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

/** Views of two articles on ten days of two months, and lists and devices of the same time. */
function sourceFiles(): Record<string, string> {
  const views: object[] = [];
  const tops: object[] = [];
  const devices: object[] = [];
  for (const month of ['01', '02']) {
    for (let day = 10; day < 20; day++) {
      const timestamp = `2024${month}${day}`;
      const one = { project: 'en.wikipedia', access: 'all-access' };
      const articles = [
        { article: 'Cat', views: 100 + day },
        { article: 'Dog', views: 50 + day },
      ];
      for (const own of articles)
        views.push({ ...one, agent: 'user', granularity: 'daily', timestamp, ...own });
      const ranked = articles.map((own, index) => ({ ...own, rank: index + 1 }));
      tops.push({ ...one, year: '2024', month, day: `${day}`, articles: ranked });
      devices.push({
        project: 'en.wikipedia',
        'access-site': 'all-sites',
        granularity: 'daily',
        timestamp,
        devices: 3,
        offset: 1,
        underestimate: 2,
      });
    }
  }
  const lines = (items: readonly object[]): string => items.map((item) => JSON.stringify(item)).join('\n');
  return {
    'pageviews-per-article': lines(views),
    'pageviews-top': JSON.stringify({ items: tops }),
    'unique-devices': lines(devices),
  };
}

/** A folder with data that were imported and published, which a test breaks. */
export class Broken {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Imports the source files by the command. */
  static whole(): Broken {
    const whole = new Broken(mkdtempSync(join(tmpdir(), 'kraken-check-')));
    for (const [metric, text] of Object.entries(sourceFiles())) {
      writeFileSync(whole.source(metric), text);
      const { status, stderr } = kraken('import', metric, whole.source(metric), '--data', whole.data);
      assert.equal(status, 0, stderr);
    }
    return whole;
  }

  copy(): Broken {
    const copy = new Broken(mkdtempSync(join(tmpdir(), 'kraken-check-')));
    cpSync(this.folder, copy.folder, { recursive: true });
    return copy;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get series(): string {
    return join(this.data, 'series');
  }

  source(metric: string): string {
    return join(this.folder, `${metric}.json`);
  }

  inLake(...path: string[]): string {
    return join(this.data, 'lake', ...path);
  }

  /** Checks in this process. @param later how far the clock is ahead, in ms */
  async findings(selection: Selection = {}, later = 0): Promise<Finding[]> {
    const opened = await openLake(join(this.data, 'lake'));
    const lake = { ...opened, clock: { now: () => Date.now() + later } };
    const store = existsSync(this.series) ? openLmdbStore(this.series, { readOnly: true }) : undefined;
    const mending = new Mending({ flags: `--data ${this.data}`, lake: lake.folder, storeFile: this.series });
    const found: Finding[] = [];
    try {
      const { signal } = new AbortController();
      for await (const one of check({ metrics: METRICS, selection, lake, store, mending, signal }))
        found.push(one);
    } finally {
      await store?.close();
      await lake.engine.close();
    }
    return found;
  }

  /** Runs the commands of findings as a person would, each once, and checks again: nothing is wrong any more. */
  async mend(findings: readonly Finding[]): Promise<void> {
    const commands = new Set(findings.flatMap(({ mend }) => mend));
    for (const command of commands) {
      const metric = /^kraken import (\S+) FILES/.exec(command)?.[1];
      const asked = metric === undefined ? command : command.replace('FILES', this.source(metric));
      const { status, stderr } = this.#run(asked);
      assert.equal(status, 0, `${asked}: ${stderr}`);
    }
    assert.deepEqual(await this.findings(), [], [...commands].join('\n'));
  }

  #run(command: string): { status: number | null; stderr: string } {
    const shell = command.replace(/^kraken /, `'${process.execPath}' '${CLI}' `);
    const { PATH = '' } = process.env;
    const { status, stderr } = spawnSync('/bin/sh', ['-c', shell], { encoding: 'utf8', env: { PATH } });
    return { status, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { basename } from 'node:path';
import { type Disk, readPart } from '../../src/disk/disk.ts';
import type { HourWork, MadeHour, ViewMaker } from '../../src/refine/view-maker.ts';

/** So many views in a day make a program of an actor. */
const MOST = 3;

/**
 * Makes views as JSON, written through a `Disk`: what refining is tried with on a disk that crashes. The name of a raw
 * file tells its rows: `ann+bob+ann` are three views of two actors.
 */
export class PlainViews implements ViewMaker {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async make({ raw, before, key, views, actors }: HourWork): Promise<MadeHour> {
    const rows = [...raw.pageview, ...raw.webrequest].flatMap((path) => basename(path).split('+')).toSorted();
    await this.#write(actors, rows);
    const labelled = await this.#labelled(rows, before);
    const prefix = Buffer.from(key).toString('hex');
    await this.#write(
      views,
      rows.map((row) => `${prefix} ${row}${labelled.has(row) ? ' automated' : ''}`),
    );
    const labels = [...labelled].join();
    return { rows: rows.length, actors: rows.length, labels, projects: ['plain'], hasCountries: false };
  }

  async labelsOf(actors: string, before: readonly string[]): Promise<string> {
    return [...(await this.#labelled(await textsIn(this.#disk, actors), before))].join();
  }

  async #labelled(rows: readonly string[], before: readonly string[]): Promise<Set<string>> {
    const day = [...rows];
    for (const path of before) day.push(...(await textsIn(this.#disk, path)));
    return new Set(rows.filter((row) => day.filter((other) => other === row).length > MOST).toSorted());
  }

  async #write(path: string, texts: readonly string[]): Promise<void> {
    const file = await this.#disk.open(path, 'w');
    await file.write(Buffer.from(JSON.stringify(texts)), 0);
    await file.close();
  }
}

/** The texts of a file that the plain maker made. */
export async function textsIn(disk: Disk, path: string): Promise<string[]> {
  const file = await disk.open(path, 'r');
  try {
    return JSON.parse((await readPart(file, 0, await file.size())).toString()) as string[];
  } finally {
    await file.close();
  }
}

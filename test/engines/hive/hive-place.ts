import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adoptViews, viewHours } from '../../../src/refine/hive/adopt-views.ts';
import { openViewReader } from '../../../src/refine/view-reader.ts';
import { parseHiveAddress } from '../../../src/warehouses/hive/address.ts';
import { openHiveWarehouse } from '../../../src/warehouses/hive/hive-warehouse.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { engineAddress } from '../places.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/** A database of one test's own. */
export class HivePlace {
  readonly database = `t${randomBytes(5).toString('hex')}`;
  /** A folder that Hive sees too, with a space in its name. */
  readonly folder: string | undefined;
  readonly #handles: Warehouse[] = [];
  #sessions: Sessions | undefined;

  private constructor(folder: string | undefined) {
    this.folder = folder;
  }

  static async make({ lake }: { lake: boolean }): Promise<HivePlace> {
    return new HivePlace(lake ? await mkdtemp(join(tmpdir(), 'kraken lake ')) : undefined);
  }

  /** What follows `hive:` in its address. */
  get address(): string {
    const lake = this.folder === undefined ? '' : `&lake=${encodeURIComponent(this.folder)}`;
    return `${engineAddress('ENGINES_HIVE').replace(/^hive:/, '')}/${this.database}?sessions=1${lake}`;
  }

  /** Statements past Kraken. */
  get sessions(): Sessions {
    return (this.#sessions ??= new Sessions(
      { ...parseHiveAddress(this.address), database: 'default' },
      { warm: false },
    ));
  }

  async open(): Promise<Warehouse> {
    const warehouse = await openHiveWarehouse(this.address, { notice: () => undefined });
    this.#handles.push(warehouse);
    return warehouse;
  }

  /** The rows of a statement, as texts. */
  async rows(sql: string, columns: number): Promise<(string | null)[][]> {
    const found: (string | null)[][] = [];
    for await (const page of this.sessions.query(sql, AbortSignal.timeout(HANGS_MS))) {
      const texts = Array.from({ length: columns }, (_, column) => page.text(column));
      for (let row = 0; row < page.length; row++) found.push(texts.map((column) => column[row] ?? null));
    }
    return found;
  }

  /** Gives Hive the table of views in a folder whose name has no space. */
  async adoptViews(lake: string): Promise<void> {
    const hours = await viewHours(openViewReader(lake));
    const adoption = { hours, location: `file://${lake}`, database: this.database };
    await adoptViews(this.sessions, adoption, AbortSignal.timeout(HANGS_MS));
  }

  /** Closes every handle and removes the data. */
  async remove(): Promise<void> {
    for (const handle of this.#handles) await handle.close();
    await this.sessions.execute(
      `DROP DATABASE IF EXISTS \`${this.database}\` CASCADE`,
      AbortSignal.timeout(HANGS_MS),
    );
    await this.sessions.close();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

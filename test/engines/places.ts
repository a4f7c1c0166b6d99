import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flags } from '../../src/config/config.ts';

/** The address of an engine that `npm run test:engines` started. @throws Error that says how to run these tests */
export function engineAddress(name: 'ENGINES_HBASE' | 'ENGINES_HIVE' | 'ENGINES_KAFKA'): string {
  const address = process.env[name];
  if (!address) throw new Error(`${name} is not set: these tests are run by npm run test:engines`);
  return address;
}

/** Places of their own, in the engines that run, for one test's data. */
export class Places {
  readonly #name = `t${randomBytes(5).toString('hex')}`;
  readonly #folders: string[] = [];

  /** The prefix of the tables in HBase. */
  get series(): string {
    return `${engineAddress('ENGINES_HBASE')}/${this.#name}`;
  }

  /** A database of Hive's, over a lake in a folder of its own. */
  async warehouse(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'kraken-lake-'));
    this.#folders.push(folder);
    return `${engineAddress('ENGINES_HIVE')}/${this.#name}?lake=${folder}`;
  }

  async flags(): Promise<Flags> {
    return { series: this.series, warehouse: await this.warehouse() };
  }

  async remove(): Promise<void> {
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

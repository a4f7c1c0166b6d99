import type { Metric } from '../core/metric/metric.ts';
import type { TableState } from '../core/time/table-state.ts';
import { shellWord } from '../core/shell-word.ts';
import { rangeFlags } from './finding.ts';

/** Writes the commands that mend what a check finds. */
export class Mending {
  readonly #flags: string;
  readonly #lake: string;
  readonly #storeFile: string | undefined;

  /**
   * @param flags where the engines are, as flags of every command; empty if the settings are the defaults or in the environment
   * @param lake the lake's folder
   * @param storeFile the series store's file, if it is one
   */
  constructor({ flags, lake, storeFile }: { flags: string; lake: string; storeFile: string | undefined }) {
    this.#flags = flags;
    this.#lake = lake;
    this.#storeFile = storeFile;
  }

  /** Takes away what is left of a partition's rows, and brings them again. */
  partition(table: string, metric: Metric | undefined, state: TableState, partition: string): string[] {
    if (!metric || table.startsWith('dataset_')) return [`rm -r ${shellWord(`${this.#lake}/${table}`)}`];
    return [this.#kraken('retract', metric.name, rangeFlags(partition)), this.rows(metric, state)];
  }

  /** Brings the rows of a metric again. */
  rows(metric: Metric, { madeFrom, ownTraffic }: TableState): string {
    const isMade = metric.aggregate !== undefined && (madeFrom !== undefined || (ownTraffic?.size ?? 0) > 0);
    return isMade
      ? this.#kraken('aggregate', metric.name, '--again')
      : this.#kraken('import', metric.name, 'FILES');
  }

  retract(metric: Metric, flags: string): string {
    return this.#kraken('retract', metric.name, flags);
  }

  publish(...words: readonly string[]): string {
    return this.#kraken('publish', ...words);
  }

  /** Makes the series store again. No gateway may have its file open. */
  store(): string[] {
    const file = this.#storeFile;
    return [
      ...(file === undefined ? [] : [this.removeFiles([file, `${file}-lock`])]),
      this.publish('--again'),
    ];
  }

  removeFiles(paths: readonly string[]): string {
    return `rm ${paths.map(shellWord).join(' ')}`;
  }

  #kraken(...words: readonly string[]): string {
    return ['kraken', ...words, this.#flags].filter((word) => word !== '').join(' ');
  }
}

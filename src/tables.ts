import type { Config } from './config.ts';
import type { TableOpener } from './datasets/prepare.ts';

/** Opens the tables that data sets name. */
export function tableOpener(_config: Config): TableOpener {
  return () => 'tables are not read by this warehouse: name a file.';
}

import { CommanderError } from 'commander';
import { ConfigError } from './config.ts';
import { Problem } from './core/problem.ts';
import { UsageError } from './named-metrics.ts';

/** The exit code for a command that was called wrongly; 1 is for one that failed. */
const USAGE = 2;

/** Says in one line what went wrong; with the log level debug or trace also where. */
export function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    return;
  }
  const wrongly = error instanceof UsageError || error instanceof ConfigError || error instanceof Problem;
  process.exitCode = wrongly ? USAGE : 1;
  process.stderr.write(`kraken: ${error instanceof Error ? error.message : String(error)}\n`);
  const level = process.env.KRAKEN_LOG_LEVEL;
  if (!wrongly && error instanceof Error && (level === 'debug' || level === 'trace')) {
    process.stderr.write(`${error.stack}\n`);
  }
}

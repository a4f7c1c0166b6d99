import { CommanderError } from 'commander';
import { Problem } from './core/problem.ts';
import { PlaceError } from './files/place-error.ts';
import { UsageError } from './named-metrics.ts';
import { ConfigError } from './setting.ts';

/** The exit code for a command that was called wrongly; 1 is for one that failed. */
const USAGE = 2;

/** What is the fault of whoever called. */
const WRONGLY = [UsageError, ConfigError, PlaceError, Problem];

/** Says in one line what went wrong; with the log level debug or trace also where. */
export function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    return;
  }
  const wrongly = WRONGLY.some((kind) => error instanceof kind);
  process.exitCode = wrongly ? USAGE : 1;
  process.stderr.write(`kraken: ${error instanceof Error ? error.message : String(error)}\n`);
  const level = process.env.KRAKEN_LOG_LEVEL;
  if (!wrongly && error instanceof Error && (level === 'debug' || level === 'trace')) {
    process.stderr.write(`${error.stack}\n`);
  }
}

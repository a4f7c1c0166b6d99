import { CommanderError } from 'commander';
import { Problem, problemInWords } from '../core/problem.ts';
import { PlaceError } from '../files/place-error.ts';
import { UsageError } from './named-metrics.ts';
import { ConfigError } from '../config/setting.ts';

/** The exit code for a command that was called wrongly; 1 is for one that failed. */
const USAGE = 2;
/** So many allowed values are listed. */
const MAX_ALLOWED = 12;

/** What is the fault of whoever called. */
const WRONGLY = [UsageError, ConfigError, PlaceError, Problem];

/** Says what went wrong; with the log level debug or trace also where. */
export function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    return;
  }
  const wrongly = WRONGLY.some((kind) => error instanceof kind);
  process.exitCode = wrongly ? USAGE : 1;
  process.stderr.write(`kraken: ${messageOf(error)}\n`);
  const level = process.env.KRAKEN_LOG_LEVEL;
  if (!wrongly && error instanceof Error && (level === 'debug' || level === 'trace')) {
    process.stderr.write(`${error.stack}\n`);
  }
}

/** What HTTP would say in members stands in lines of their own. */
function messageOf(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  const { allowed = '' } = error.members;
  const message = problemInWords(error);
  const values = [allowed].flat();
  const shown = values.slice(0, MAX_ALLOWED).join(', ');
  const more = values.length > MAX_ALLOWED ? ` and ${values.length - MAX_ALLOWED} more` : '';
  // A sentence that lists them already, or names the one that was meant, is enough.
  const isTold = shown === '' || message.includes(shown) || /did you mean|: write /i.test(message);
  const lines = [message, ...(isTold ? [] : [`Allowed: ${shown}${more}`])];
  // A terminal would obey control characters, and a caller's own text may have some.
  return lines.map((line) => line.replace(/\p{Cc}/gu, '\ufffd')).join('\n  ');
}

import { CommanderError } from 'commander';
import { Problem, problemInWords } from '../core/problem.ts';
import { PlaceError } from '../files/place-error.ts';
import { UsageError } from './named-metrics.ts';
import { ConfigError } from '../config/setting.ts';

/** The exit code of a command that was called wrongly; 1 is for one that failed. */
const USAGE = 2;
/** At most this many allowed values are listed. */
const MAX_ALLOWED = 12;

/** The errors that are the caller's mistake. */
const WRONGLY = [UsageError, ConfigError, PlaceError, Problem];

/** Prints an error and sets the exit code. With the log level debug or trace, also prints the stack. */
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

/**
 * Returns the message of an error. The allowed values of a problem get their own line. In HTTP they are a
 * member.
 */
function messageOf(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  const { allowed = '' } = error.members;
  const message = problemInWords(error);
  const values = [allowed].flat();
  const listed = values.slice(0, MAX_ALLOWED).join(', ');
  const more = values.length > MAX_ALLOWED ? ` and ${values.length - MAX_ALLOWED} more` : '';
  // The values aren't listed again if the message lists them already or suggests one.
  const isKnown = listed === '' || message.includes(listed) || /did you mean|: write /i.test(message);
  const lines = [message, ...(isKnown ? [] : [`Allowed: ${listed}${more}`])];
  // A caller's text may contain control characters, which a terminal would obey.
  return lines.map((line) => line.replace(/\p{Cc}/gu, '\ufffd')).join('\n  ');
}

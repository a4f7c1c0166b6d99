import { UnreadableFileError } from '../../load/bad-row.ts';
import type { LogFormat } from './format.ts';
import { LINES_TO_RECOGNISE, LOG_FORMATS, recognise } from './formats.ts';
import { LineCutter, LONGEST_LINE } from './line-cutter.ts';

/** How many bytes at the beginning of a log are checked. */
export const HEAD_BYTES = 2 * LONGEST_LINE;

/** What the user said about the lines. */
export interface Asked {
  /** By default, the first lines decide. */
  readonly format?: LogFormat;
  /** The site of lines that name none. */
  readonly site?: string;
  /** Whether the log is read as it is, with a last line that has no end. */
  readonly isWhole?: boolean;
}

/** What the first lines of a log show. */
export interface FirstLines {
  /** undefined if no format reads them. */
  readonly format: LogFormat | undefined;
  /** Whether more lines would change nothing. */
  readonly isEnough: boolean;
}

/**
 * Looks at the first lines of a log.
 * @param head the beginning of the log, up to `HEAD_BYTES`
 * @param isFinished whether nobody writes to the log any more
 */
export function firstLines(head: Buffer, { format }: Asked, isFinished = false): FirstLines {
  if (format) return { format, isEnough: true };
  const cutter = new LineCutter();
  const lines = cutter.push(head);
  const last = isFinished ? cutter.end() : undefined;
  const recognised = recognise([...lines, ...(last ? [last] : [])].map(({ text }) => text));
  const isEnough =
    recognised !== undefined || lines.length >= LINES_TO_RECOGNISE || head.length >= HEAD_BYTES;
  return { format: recognised, isEnough };
}

/** Checks that the lines of a log can be read. @throws UnreadableFileError */
export function checkFormat(label: string, format: LogFormat | undefined, { site }: Asked): LogFormat {
  const names = LOG_FORMATS.map(({ name }) => name).join(', ');
  if (!format) {
    throw new UnreadableFileError(
      label,
      `its first lines have no known format; name it with --format: ${names}`,
    );
  }
  if (!format.namesSite && site === undefined) {
    throw new UnreadableFileError(
      label,
      `is ${format.title}, whose lines name no site; name it with --site HOST`,
    );
  }
  return format;
}

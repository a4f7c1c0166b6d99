import { UnreadableFileError } from '../../load/bad-row.ts';
import type { LogFormat } from './format.ts';
import { LINES_TO_RECOGNISE, LOG_FORMATS, recognise } from './formats.ts';
import { LineCutter, LONGEST_LINE } from './line-cutter.ts';

/** So many bytes at the beginning of a log are looked at. */
export const HEAD_BYTES = 2 * LONGEST_LINE;

/** How lines are to be read, as far as that was told. */
export interface Asked {
  /** Recognised by the first lines unless told. */
  readonly format?: LogFormat;
  /** The site where lines name none. */
  readonly site?: string;
  /** Whether the log is read as it is, with a last line that has no end. */
  readonly isWhole?: boolean;
}

/** What the first lines of a log tell. */
export interface FirstLines {
  /** undefined where none of them can be read. */
  readonly format: LogFormat | undefined;
  /** Whether more lines would tell no more. */
  readonly isEnough: boolean;
}

/**
 * @param head bytes that a log begins with, `HEAD_BYTES` where it has so many
 * @param isFinished whether its last line gets no end any more
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

/** @throws UnreadableFileError where the lines of a log can't be read as they are asked for */
export function checkFormat(label: string, format: LogFormat | undefined, { site }: Asked): LogFormat {
  const names = LOG_FORMATS.map(({ name }) => name).join(', ');
  if (!format) {
    throw new UnreadableFileError(
      label,
      `its first lines are of no format that is known; --format says which it is: ${names}`,
    );
  }
  if (!format.namesSite && site === undefined) {
    throw new UnreadableFileError(
      label,
      `is ${format.title}, whose lines name no site; --site HOST says which it is`,
    );
  }
  return format;
}

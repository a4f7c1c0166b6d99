import type { Ordinal } from '../core/time/time.ts';
import type { Stream } from '../streams/stream.ts';

/** A part of a stream's table in which hours lie. */
export interface TablePart {
  readonly stream: Stream;
  /** The partition of the log as a text; `all` where the table has no parts, and for the rows from before it had any. */
  readonly part: string;
  /** Asked before each thing that the reader is told. @throws LoaderLeaseError where another loader has taken over */
  readonly assertHeld: () => Promise<void>;
}

/**
 * Somebody who reads a table by its folders, not by its manifest: Hive. It is told in which folder a closed hour lies,
 * after that was committed. Such a folder has one file and never gets another.
 */
export interface FolderReader {
  /**
   * Hours lie in these folders from now on, instead of where they lay before. A reader sees one or the other of each.
   * @param folders in the table's folder
   * @throws EngineError; some hours may have been changed then
   */
  show(part: TablePart, folders: ReadonlyMap<Ordinal, string>): Promise<void>;
  /** Hours have no rows any more. @throws EngineError */
  hide(part: TablePart, hours: readonly Ordinal[]): Promise<void>;
}

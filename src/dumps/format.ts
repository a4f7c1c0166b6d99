import type { Metric } from '../core/metric/metric.ts';
import type { Table } from '../core/metric/table.ts';
import type { Sql } from '../core/sql.ts';
import type { Ordinal, Span } from '../core/time/time.ts';

/** The day or month that files belong to. */
export interface Unit {
  readonly grain: 'daily' | 'monthly';
  readonly ordinal: Ordinal;
}

/** What a file's name says. What it doesn't say, the command's options do. */
export interface Named {
  readonly unit: Unit;
  /** The file's place among those of its unit: an hour (`05`), an agent, a wiki, or `all`. */
  readonly slot: string;
}

/** What an option of the command says in the place of a file's name. */
export interface Told {
  /** `2021-01`, `2021-01-01`, `2021-01-01T05`: the hour that starts then. */
  readonly period?: string;
  readonly project?: string;
  readonly agent?: string;
}

/** A wiki's code in a dump. */
export interface Wiki {
  /** As the values of the dimension `project`. */
  readonly project: string;
  /** `desktop`, `mobile` (web and app together), or an empty text where the code doesn't tell. */
  readonly access: string;
}

/** Why a line is malformed. */
export interface Fault {
  readonly reason: string;
  /** A condition on the fields of the line, `f1`, `f2`, …; an absent one is NULL. */
  readonly when: Sql;
  /** A line with the fault, for tests and for readers. */
  readonly example: string;
}

/** Rows of a metric that a format's files give. */
export interface Feed {
  readonly metric: Metric;
  readonly span: (unit: Unit, slots: readonly string[]) => readonly Span[];
  /**
   * From which slots rows are made: from any; from each, whose periods are whole by themselves; or only from all of
   * these, unless a part is enough.
   */
  readonly needs: 'any' | 'each' | ((unit: Unit) => readonly string[]);
  /** The query of the rows. @param isWhole whether all slots are there */
  readonly rows: (isWhole: boolean) => Sql;
  /** Whether the rows of a whole unit are all that the metric can have, so that an absent row is a zero. */
  readonly isEverything: boolean;
  /** Values of the scope that are totals of the files' projects. */
  readonly totals?: readonly string[];
}

/** Months of a metric that are made from days in the lake, once all days are whole. */
export interface RollUp {
  readonly metric: Metric;
  /** The metric whose days are read. */
  readonly from: Metric;
  readonly rows: Sql;
}

/** A form of files that somebody publishes. */
export interface DumpFormat {
  /** The name in `kraken import`. Several formats may share it. */
  readonly name: string;
  /** The name of its folder on the shelf. */
  readonly folder: string;
  /** Reads a file's name, without its folder and without the ending of its packing. */
  readonly nameOf: (file: string, told: Told) => Named | undefined;
  /** An example of a name. */
  readonly example: string;
  readonly separator: ' ' | '\t';
  /** The most fields that a line has. */
  readonly fields: number;
  /** Whether the second field may be quoted, with backslash escapes, as Spark writes it. */
  readonly hasQuotes: boolean;
  /** Reads the code of a wiki in the first field. undefined: the code is unknown, so the line is malformed. */
  readonly wikiOf?: (code: string) => Wiki | undefined;
  readonly faults: readonly Fault[];
  /** Lines that are no rows and no fault either. */
  readonly leftOut?: Sql;
  /** The table of the rows that a file gives. */
  readonly table: Table;
  /** The columns of the rows, of the fields `f1`, … and of `project` and `access`. */
  readonly columns: (named: Named, told: Told) => Sql;
  /** The places that a unit has. */
  readonly slots: (unit: Unit) => readonly string[];
  readonly feeds: readonly Feed[];
  readonly rollUps: readonly RollUp[];
}

/** A position in a file. Both members count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake in what a data owner wrote, described for that person. */
export interface Mistake {
  /** The file's name in its folder: `cake.yaml`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** A sentence without the position. */
  readonly message: string;
}

/** Something correct that can't be published until something else is corrected. */
export interface Wait {
  /** A note for the place that refers to the other thing. */
  readonly note: Mistake;
  /** The mistake that must be corrected. */
  readonly reason: Mistake;
}

/** Mistakes, as an error to be thrown. */
export class MistakesError extends Error {
  readonly mistakes: readonly Mistake[];
  readonly waits: readonly Wait[];

  constructor(mistakes: readonly Mistake[], waits: readonly Wait[] = []) {
    super([...mistakes, ...waits.map(({ note }) => note)].map(mistakeLine).join('\n'));
    this.name = 'MistakesError';
    this.mistakes = mistakes;
    this.waits = waits;
  }
}

/** Returns a mistake as a line: `cake.yaml:3:1: titel is not a member of a data set: did you mean title?` */
export function mistakeLine({ file, line, column, message }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}

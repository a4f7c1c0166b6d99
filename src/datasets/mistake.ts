/** Where in a file something is; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with something that a data owner wrote, for that person. */
export interface Mistake {
  /** As it is called in its folder: `cake.yaml`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** A sentence without its place. */
  readonly message: string;
}

/** Something that isn't wrong itself, and can't be published before something else is mended. */
export interface Wait {
  /** Said where the other thing is named. */
  readonly note: Mistake;
  /** What has to be mended. */
  readonly reason: Mistake;
}

/** Some mistakes, as what is thrown. */
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

/** `cake.yaml:3:1: titel is no member of a data set: did you mean title?` */
export function mistakeLine({ file, line, column, message }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}

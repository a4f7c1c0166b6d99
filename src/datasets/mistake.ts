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

/** Some mistakes, as what is thrown. */
export class MistakesError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(mistakeLine).join('\n'));
    this.name = 'MistakesError';
    this.mistakes = mistakes;
  }
}

/** `cake.yaml:3:1: titel is no member of a data set: did you mean title?` */
export function mistakeLine({ file, line, column, message }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}

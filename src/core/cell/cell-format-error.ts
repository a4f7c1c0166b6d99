/** Bytes that are no cell, or a cell of a later Kraken. The message is a sentence for the operator. */
export class CellFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CellFormatError';
  }
}

/** A cell whose bytes end before it does. */
export function truncated(): CellFormatError {
  return new CellFormatError('The cell is truncated.');
}

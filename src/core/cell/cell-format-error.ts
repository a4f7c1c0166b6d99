/** Bytes that can't be decoded as a cell, or one that a later Kraken wrote. The message is for the operator. */
export class CellFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CellFormatError';
  }
}

/** The error of a cell that ends too early. */
export function truncated(): CellFormatError {
  return new CellFormatError('The cell is truncated.');
}

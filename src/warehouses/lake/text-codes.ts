import { EngineError } from '../../core/engine-error.ts';

/** How many texts are numbered, and how many characters they may have together, after which a column is full. */
const MAX_TEXTS = 250_000;
const MAX_CHARACTERS = 8_000_000;

/**
 * Numbers the texts of a column from 0, in the order in which they come. A number costs a small part of what a text
 * costs to hand to DuckDB, to sort and to compare. Memory is bounded: a full column's further texts get no numbers.
 */
export class TextCodes {
  readonly #codes = new Map<string, number>();
  #unsaved: string[] = [];
  #characters = 0;
  #lastText: string | undefined;
  #lastCode = 0;

  /** Whether the column has too many texts to number more. */
  get isFull(): boolean {
    return this.#codes.size >= MAX_TEXTS || this.#characters >= MAX_CHARACTERS;
  }

  /** Returns the numbers of some texts. @throws EngineError for a text with a NUL */
  of(texts: readonly string[], from: number, to: number): number[] {
    const codes = new Array<number>(to - from);
    for (let i = from; i < to; i++) {
      const text = texts[i] as string;
      if (text !== this.#lastText) {
        this.#lastCode = this.#codes.get(text) ?? this.#add(text);
        this.#lastText = text;
      }
      codes[i - from] = this.#lastCode;
    }
    return codes;
  }

  /** Returns the texts that were numbered since the last call, in the order of their numbers. */
  takeUnsaved(): readonly string[] {
    const texts = this.#unsaved;
    this.#unsaved = [];
    return texts;
  }

  #add(text: string): number {
    assertNoNul(text);
    const code = this.#codes.size;
    this.#codes.set(text, code);
    this.#unsaved.push(text);
    this.#characters += text.length;
    return code;
  }
}

/** @throws EngineError for a text with a NUL, which readers of Parquet files cut */
export function assertNoNul(text: string): void {
  if (text.includes('\0')) throw new EngineError('duckdb', 'a value contains a NUL character');
}

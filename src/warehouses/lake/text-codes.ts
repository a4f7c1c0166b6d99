import { EngineError } from '../../core/engine-error.ts';

/** How many texts of a column are numbered, and how many characters they may have together, in a table of few columns. */
const MAX_TEXTS = 250_000;
const MAX_CHARACTERS = 8_000_000;
const FEW_COLUMNS = 4;
/** A column of which more than half of so many texts differ, such as one of ids, is better off without numbers. */
const MANY_DIFFERENT = 10_000;

/**
 * Numbers the texts of a column from 0, in the order in which they come. A number costs a small part of what a text
 * costs to hand to DuckDB, to sort and to compare. Memory is bounded: a full column's further texts get no numbers.
 */
export class TextCodes {
  readonly #codes = new Map<string, number>();
  /** What the texts mean, by their numbers. */
  readonly #meanings: string[] = [];
  readonly #share: number;
  #characters = 0;
  #given = 0;
  #lastText: string | undefined;
  #lastCode = 0;

  /** @param columns how many columns of texts the table has, which share the memory */
  constructor(columns: number) {
    this.#share = Math.min(1, FEW_COLUMNS / columns);
  }

  /** Whether no more texts are to be numbered. */
  get isFull(): boolean {
    const { size } = this.#codes;
    const isTooMany = size >= MAX_TEXTS * this.#share || this.#characters >= MAX_CHARACTERS * this.#share;
    return isTooMany || (size >= MANY_DIFFERENT && size * 2 > this.#given);
  }

  /**
   * Numbers the texts of a file, each with its meaning, which may be another text.
   * @param rows in how many rows they stand
   * @throws EngineError for a text with a NUL
   */
  addAll(meanings: ReadonlyMap<string, string>, rows: number): void {
    this.#given += rows;
    for (const [text, meaning] of meanings) if (!this.#codes.has(text)) this.#add(text, meaning);
  }

  numberOf(text: string): number | undefined {
    return this.#codes.get(text);
  }

  /** Returns the numbers of some texts. @throws EngineError for a text with a NUL */
  of(texts: readonly string[], from: number, to: number): number[] {
    const codes = new Array<number>(to - from);
    this.#given += codes.length;
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

  /** The numbered texts, in the order of their numbers. */
  get texts(): string[] {
    return [...this.#codes.keys()];
  }

  /** What they mean. Several may mean the same. */
  get meanings(): readonly string[] {
    return this.#meanings;
  }

  #add(text: string, meaning = text): number {
    assertNoNul(meaning);
    const code = this.#codes.size;
    this.#codes.set(text, code);
    this.#meanings.push(meaning);
    this.#characters += text.length;
    return code;
  }
}

/** @throws EngineError for a text with a NUL, which readers of Parquet files cut */
export function assertNoNul(text: string): void {
  if (text.includes('\0')) throw new EngineError('duckdb', 'a value contains a NUL character');
}

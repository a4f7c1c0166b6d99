import { readFileSync } from 'node:fs';

/** The address that the pages name; `npm start` serves there. */
const BASE = 'http://127.0.0.1:8080';

/** A piece of code of a page, with what it prints as the page says, if it says so. */
export interface Piece {
  readonly code: string;
  readonly prints: string | undefined;
}

/** A page of docs/ about one client, for a gateway at `base`. */
export class ClientPage {
  readonly text: string;
  readonly #base: string;

  /** @param name of the file, without its ending */
  constructor(name: string, base: string) {
    this.text = readFileSync(new URL(`../../../../docs/${name}.md`, import.meta.url), 'utf8');
    this.#base = base;
  }

  /** The pieces of code in a language, in their order. A block of text right after one is what it prints. */
  pieces(language: string): Piece[] {
    const blocks = this.text.matchAll(/```(\w+)\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g);
    return [...blocks].flatMap(([, written, code = '', prints]) =>
      written === language ? [{ code: code.replaceAll(BASE, this.#base), prints }] : [],
    );
  }

  /** The addresses of Kraken that the page names, as paths. */
  get addresses(): string[] {
    return [...this.text.matchAll(/http:\/\/127\.0\.0\.1:8080(\/[^\s"'`]+)/g)].map(([, path = '']) => path);
  }
}

import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  visit,
} from 'yaml';
import { exactNumber, isNumeric } from '../core/value/exact-number.ts';
import type { Mistake, Position } from './mistake.ts';

/** Members and places in lists, from the top of a document. */
export type Path = readonly (string | number)[];

/** One document of a YAML file: plain values, and where each is. */
export interface YamlDocument {
  readonly value: unknown;
  /** Where a value is, or the nearest thing around it; with `key`, the name that it has. */
  at(path: Path, which?: 'value' | 'key'): Position;
}

/** The longest file that is read, in characters: it is written by hand. */
const MOST_CHARACTERS = 2 ** 20;
/** So many mistakes of one kind are told of a document. */
const MOST_TOLD = 20;
/** How often an alias may stand for what it names, so that a short file can't become a large one. */
const MOST_ALIASES = 100;

const NO_COLON =
  "a name is followed by a colon and a blank, as in title: Cakes. A colon is missing here, or the line belongs to the one before and isn't indented";
/** What the parser says so that it takes two readings, in our words. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  MULTILINE_IMPLICIT_KEY: NO_COLON,
};

/** Reads a YAML file. Whatever the text is, nothing is thrown; a document with mistakes is left out. */
export function readYaml(text: string, file: string): { documents: YamlDocument[]; mistakes: Mistake[] } {
  const documents: YamlDocument[] = [];
  const mistakes: Mistake[] = [];
  if (text.length > MOST_CHARACTERS)
    return { documents, mistakes: [{ file, message: `it is longer than ${MOST_CHARACTERS} characters.` }] };
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      for (const error of document.errors.slice(0, MOST_TOLD)) {
        const message = `it is not YAML: ${WORDS[error.code] ?? error.message}.`;
        mistakes.push({ file, ...placeOf(lines, error.pos[0]), message });
      }
      if (document.errors.length > 0) continue;
      const lost = keepTexts(document);
      for (const { source, range } of lost.slice(0, MOST_TOLD)) {
        const message = `${source} has more digits than a number keeps: put it in quotes.`;
        mistakes.push({ file, ...placeOf(lines, range?.[0] ?? 0), message });
      }
      if (lost.length > 0) continue;
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      if (value === null || value === undefined) continue;
      documents.push({ value, at: (path, which) => positionIn(document, lines, path, which) });
    }
  } catch (error) {
    // Aliases without end, or values nested deeper than the parser can follow.
    mistakes.push({ file, message: `it can't be read: ${(error as Error).message}.` });
  }
  return { documents, mistakes };
}

/**
 * Makes names of what looks like numbers: `1.50: North` is about the column 1.50, not about 1.5.
 * @returns the values that are numbers and no longer what was written
 */
function keepTexts(document: Document.Parsed): Scalar[] {
  const lost: Scalar[] = [];
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'number' || node.source === undefined) return;
      if (key === 'key') node.value = node.source;
      else if (isNumeric(node.source) && exactNumber(node.source) === undefined) lost.push(node);
    },
  });
  return lost;
}

function placeOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  // Of an empty text there is no line.
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function positionIn(
  document: Document.Parsed,
  lines: LineCounter,
  path: Path,
  which: 'value' | 'key' = 'value',
): Position {
  for (let length = path.length; length >= 0; length--) {
    const node =
      which === 'key' && length > 0
        ? keyAt(document, path.slice(0, length))
        : nodeAt(document, path.slice(0, length));
    if (node?.range) return placeOf(lines, node.range[0]);
  }
  return placeOf(lines, document.range[0]);
}

function nodeAt(document: Document.Parsed, path: Path): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return node as Node | undefined;
}

/** The node of a member's name. */
function keyAt(document: Document.Parsed, path: Path): Node | undefined {
  const parent = nodeAt(document, path.slice(0, -1));
  if (!isMap(parent)) return nodeAt(document, path);
  const pair = parent.items.find(
    (item): item is Pair<Node, Node> =>
      isPair(item) && isScalar(item.key) && String(item.key.value) === String(path.at(-1)),
  );
  return pair?.key;
}

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
  type YAMLParseError,
} from 'yaml';
import { exactNumber, isNumeric } from '../core/value/exact-number.ts';
import type { Mistake, Position } from './mistake.ts';

/** The member names and list indexes that lead from the top of a document to a value. */
export type Path = readonly (string | number)[];

/** One document of a YAML file: its plain values and their positions. */
export interface YamlDocument {
  readonly value: unknown;
  /** Returns the position of a value, or of the nearest value around it; with `key`, of its name. */
  at(path: Path, which?: 'value' | 'key'): Position;
}

/** The maximum length of a file, in characters. Files are written by hand. */
const MAX_CHARACTERS = 2 ** 20;
/** The maximum number of mistakes of one kind reported for a document. */
const MAX_REPORTED = 20;
/** The maximum number of alias expansions, so that a short file can't become a large value. */
const MAX_ALIASES = 100;

const NO_COLON =
  'a colon and a space must follow a name, as in title: Cakes. Either the colon is missing here, or the line continues the one before and should be indented';
/** Clearer texts for some of the parser's messages, by their codes. */
const CLEARER_MESSAGES: Readonly<Partial<Record<string, string>>> = {
  MULTILINE_IMPLICIT_KEY: NO_COLON,
};

/** Reads a YAML file. It never throws; documents with mistakes are left out. */
export function readYaml(text: string, file: string): { documents: YamlDocument[]; mistakes: Mistake[] } {
  const documents: YamlDocument[] = [];
  const mistakes: Mistake[] = [];
  if (text.length > MAX_CHARACTERS)
    return { documents, mistakes: [{ file, message: `it is longer than ${MAX_CHARACTERS} characters.` }] };
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      for (const error of document.errors.slice(0, MAX_REPORTED)) {
        const place = placeOf(lines, error.pos[0]);
        mistakes.push({ file, ...place, message: `${messageOf(error, text)}.` });
      }
      if (document.errors.length > 0) continue;
      const lost = keepTexts(document);
      for (const { source, range } of lost.slice(0, MAX_REPORTED)) {
        const message = `${source} has more digits than a number can store: put it in quotes.`;
        mistakes.push({ file, ...placeOf(lines, range?.[0] ?? 0), message });
      }
      if (lost.length > 0) continue;
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      if (value === null || value === undefined) continue;
      documents.push({ value, at: (path, which) => positionIn(document, lines, path, which) });
    }
  } catch (error) {
    // Endless aliases, or values nested deeper than the parser can follow.
    mistakes.push({ file, message: `it can't be read: ${(error as Error).message}.` });
  }
  return { documents, mistakes };
}

/**
 * Turns names that look like numbers back into texts: `1.50: North` names the column 1.50, not 1.5.
 * @returns numbers that have lost digits
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

/** Says what the parser found wrong, as someone needs it who doesn't know YAML. */
function messageOf({ code, message, pos: [at] }: YAMLParseError, text: string): string {
  if (code === 'DUPLICATE_KEY') {
    const name = /^[^:\n]*/.exec(text.slice(at))?.[0].trim();
    return `${name} is there a second time: keep one of the two`;
  }
  return `it is not YAML: ${CLEARER_MESSAGES[code] ?? message}`;
}

function placeOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  // An empty text has no line.
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

/** Returns the node of a member's name. */
function keyAt(document: Document.Parsed, path: Path): Node | undefined {
  const parent = nodeAt(document, path.slice(0, -1));
  if (!isMap(parent)) return nodeAt(document, path);
  const pair = parent.items.find(
    (item): item is Pair<Node, Node> =>
      isPair(item) && isScalar(item.key) && String(item.key.value) === String(path.at(-1)),
  );
  return pair?.key;
}

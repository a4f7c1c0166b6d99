import { hash } from 'node:crypto';
import type { ItemRow } from '../formats/item-rows.ts';
import type { Moment } from '../core/question/as-of.ts';

/**
 * What a client has seen of a question, which is what the id of an event says. It names moments, not rows: any gateway
 * can find out again what was told until then.
 */
export interface Seen {
  /**
   * The closed rows: those of the first moment, then what was told to reach each of the next. Without a count a
   * moment was reached, so all before it are left out.
   */
  readonly steps: readonly Step[];
  /** The open rows, as digests; a text that is longer than `DIGEST` stands for all of them. */
  readonly open: ReadonlySet<string>;
}

export interface Step extends Moment {
  /** How many events on the way to it were told; undefined if all were. */
  readonly count?: number;
}

/** The end of every id: some clients send what has come of one that was cut off, and it must not be taken for another. */
const END = '*';
/** The id of those who have seen nothing. */
export const NOTHING_SEEN = END;

/** More steps aren't followed: a client that was cut so often begins again. */
const MAX_STEPS = 12;
/** The lengths of digests, in characters of 6 bits. */
const DIGEST = 4;
const DIGEST_OF_ALL = 8;
/** If there are more open rows, an id has one digest of all of them. */
const MAX_DIGESTS = 24;

/** The digest of a question, by which an id of another question is noticed. @param key as `keyOf` makes it */
export function questionDigest(key: string, edition: string): string {
  return digestOf(`${edition}\0${key}`, DIGEST);
}

/** A closed set of open rows as ids have it. @param all whether these are all of the snapshot's open rows */
export function openDigests(rows: readonly ItemRow[], all: boolean): ReadonlySet<string> {
  if (rows.length <= MAX_DIGESTS) return new Set(rows.map(digestOfRow));
  return new Set(all ? [digestOfAll(rows)] : []);
}

/** Which of the open rows a client has seen as they are. */
export function seenAmong(rows: readonly ItemRow[], open: ReadonlySet<string>): ReadonlySet<string> {
  const isAll = rows.length > MAX_DIGESTS && open.has(digestOfAll(rows));
  return new Set(rows.filter((row) => isAll || open.has(digestOfRow(row))).map(({ key }) => key));
}

/** Writes what a client has seen as an id: printable ASCII without commas or spaces, with `*` at its end alone. */
export function idOf(digest: string, { steps, open }: Seen): string {
  const way = steps.map(({ version, at, count }) => {
    const time = at === undefined ? '' : `T${at.toString(36)}`;
    return `${version}${time}${count === undefined ? '' : `N${count}`}`;
  });
  return [digest, way.join('.'), ...open].join('~') + END;
}

/** Reads an id; undefined if it isn't one of this question. */
export function seenOf(id: string, digest: string): Seen | undefined {
  const [question, way = '', ...open] = id.slice(0, -END.length).split('~');
  if (!id.endsWith(END) || question !== digest) return undefined;
  const steps: Step[] = [];
  for (const text of way.split('.')) {
    const match = /^(\d{1,15})(?:T([0-9a-z]{1,9}))?(?:N(\d{1,9}))?$/.exec(text);
    if (!match) return undefined;
    const [, version, at, count] = match;
    const moment = { version: Number(version), at: at === undefined ? undefined : parseInt(at, 36) };
    steps.push(count === undefined ? moment : { ...moment, count: Number(count) });
  }
  return steps.length > MAX_STEPS ? undefined : { steps, open: new Set(open) };
}

function digestOfRow({ key, item }: ItemRow): string {
  return digestOf(`${key}\0${item}`, DIGEST);
}

function digestOfAll(rows: readonly ItemRow[]): string {
  return digestOf(rows.map(({ key, item }) => `${key}\0${item}`).join('\n'), DIGEST_OF_ALL);
}

function digestOf(text: string, length: number): string {
  return hash('sha1', text, 'base64url').slice(0, length);
}

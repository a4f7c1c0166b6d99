import { escapeXml } from '../../formats/chart/xml.ts';

export const ATOM_TYPE = 'application/atom+xml; charset=utf-8';

/** An Atom feed (RFC 4287). Its addresses are absolute. */
export interface AtomFeed {
  readonly title: string;
  /** The feed's own address, which is its id, too. */
  readonly self: string;
  /** The address of the next page (RFC 5005). */
  readonly next?: string | undefined;
  /** The newest first. */
  readonly entries: readonly AtomEntry[];
}

export interface AtomEntry {
  /** An address that no other entry has. */
  readonly id: string;
  readonly title: string;
  /** RFC 3339. */
  readonly updated: string;
  /** The address of a page about it. */
  readonly link: string;
  readonly summary: string;
  readonly categories?: readonly { readonly term: string; readonly scheme?: string }[];
}

/** Renders a feed. An empty one was updated at the beginning of 1970, because the format demands a time. */
export function atomOf({ title, self, next, entries }: AtomFeed): Buffer {
  return Buffer.from(
    [
      '<?xml version="1.0" encoding="utf-8"?>',
      '<feed xmlns="http://www.w3.org/2005/Atom">',
      element('id', self),
      element('title', title),
      element('updated', entries[0]?.updated ?? '1970-01-01T00:00:00.000Z'),
      '<author><name>Kraken</name></author>',
      link('self', self),
      ...(next === undefined ? [] : [link('next', next)]),
      ...entries.map(entryOf),
      '</feed>',
      '',
    ].join('\n'),
  );
}

function entryOf({ id, title, updated, link: page, summary, categories = [] }: AtomEntry): string {
  return [
    '<entry>',
    element('id', id),
    element('title', title),
    element('updated', updated),
    link('alternate', page),
    ...categories.map(
      ({ term, scheme }) =>
        `<category term="${escapeXml(term)}"${scheme === undefined ? '' : ` scheme="${escapeXml(scheme)}"`}/>`,
    ),
    element('summary', summary),
    '</entry>',
  ].join('\n');
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function link(rel: string, href: string): string {
  return `<link rel="${rel}" href="${escapeXml(href)}"/>`;
}

import { type CorrectionEntry, correctionInWords } from '../../core/question/corrections.ts';
import { escapeXml } from '../../formats/chart/xml.ts';

export const ATOM_TYPE = 'application/atom+xml; charset=utf-8';

interface Feed {
  readonly entries: readonly CorrectionEntry[];
  /** The public address of the API. */
  readonly base: string;
  /** The feed's own path and query, and those of the next page. */
  readonly self: string;
  readonly next: string | undefined;
}

/** Renders corrections as an Atom feed (RFC 4287), whose pages are linked by RFC 5005. */
export function atomOf({ entries, base, self, next }: Feed): Buffer {
  const updated = entries[0]?.at ?? '1970-01-01T00:00:00.000Z';
  return Buffer.from(
    [
      '<?xml version="1.0" encoding="utf-8"?>',
      '<feed xmlns="http://www.w3.org/2005/Atom">',
      `<id>${escapeXml(base + self)}</id>`,
      '<title>Corrections of served numbers</title>',
      `<updated>${updated}</updated>`,
      '<author><name>Kraken</name></author>',
      link('self', base + self),
      ...(next === undefined ? [] : [link('next', base + next)]),
      ...entries.map((entry) => entryOf(entry, base)),
      '</feed>',
      '',
    ].join('\n'),
  );
}

function entryOf(entry: CorrectionEntry, base: string): string {
  const { id, metric, at, why } = entry;
  return [
    '<entry>',
    `<id>${escapeXml(`${base}/corrections#${id}`)}</id>`,
    `<title>${escapeXml(`${metric}: ${entry.from === entry.to ? entry.from : `${entry.from} to ${entry.to}`}`)}</title>`,
    `<updated>${at}</updated>`,
    link('alternate', `${base}/corrections?metric=${encodeURIComponent(metric)}`),
    `<category term="${escapeXml(metric)}"/>`,
    `<category term="${escapeXml(why)}" scheme="${escapeXml(base)}/corrections#why"/>`,
    `<summary>${escapeXml(correctionInWords(entry))}</summary>`,
    '</entry>',
  ].join('\n');
}

function link(rel: string, href: string): string {
  return `<link rel="${rel}" href="${escapeXml(href)}"/>`;
}

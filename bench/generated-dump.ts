import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const START = Date.UTC(2006, 0, 1) / 1000;
const END = Date.UTC(2024, 0, 1) / 1000;

/** Numbers that look like chance and are the same each time: 0 to 1, without 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Writes a made-up `stub-meta-history` of one wiki: eighteen years, few pages and few editors with
 * most of the edits, as in real wikis. Some edits are reverts, whose parent is the revision before
 * as always; in one page of forty revisions were imported late: an old time and a high number.
 */
export async function writeDump(path: string, revisions: number): Promise<void> {
  const next = chance(42);
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  let text = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>testwiki</dbname>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="3" case="first-letter">User talk</namespace>
    </namespaces>
  </siteinfo>\n`;
  let written = 0;
  for (let page = 1; written < revisions; page++) {
    // Most pages have a few revisions; one in ten thousand has tens of thousands.
    const size = Math.min(revisions - written, Math.ceil(2 / (next() + 0.00003) ** 0.9));
    const namespace = page % 4 === 0 ? (page % 8 === 0 ? 3 : 1) : 0;
    const title = `${namespace === 0 ? '' : namespace === 1 ? 'Talk:' : 'User talk:'}Page &amp; subject ${page}`;
    text += `  <page>\n    <title>${title}</title>\n    <ns>${namespace}</ns>\n    <id>${page}</id>\n`;
    if (page % 9 === 0) text += '    <redirect title="Another page" />\n';
    const hasImports = page % 40 === 0;
    let time = START + next() * (END - START) * 0.8;
    const step = (2 * (END - time)) / (size + 1);
    let bytes = 0;
    for (let n = 0; n < size; n++, written++) {
      const id = page * 100_000 + n;
      const isImported = hasImports && n === size - 1 && n > 0;
      time = Math.min(END - 1, time + next() * step);
      const at = new Date((isImported ? START + page : Math.floor(time)) * 1000).toISOString().slice(0, 19);
      bytes = Math.max(0, Math.floor(bytes + (next() - 0.3) * 900));
      const who = Math.floor(40_000 * next() ** 3);
      const contributor =
        who % 7 === 0
          ? `<ip>192.0.${(who >> 8) & 255}.${who & 255}</ip>`
          : `<username>Editor ${who}${who % 11 === 0 ? 'Bot' : ''}</username>\n        <id>${who}</id>`;
      const sha1 = (next() * 2 ** 32).toString(36).padStart(31, '0').slice(0, 31);
      text += `    <revision>\n      <id>${id}</id>\n`;
      if (n > 0 && !isImported) text += `      <parentid>${id - 1}</parentid>\n`;
      text += `      <timestamp>${at}Z</timestamp>\n      <contributor>\n        ${contributor}\n      </contributor>\n`;
      if (n % 3 === 0) text += '      <minor/>\n';
      text += `      <comment>/* Section ${n} */ changed &quot;this&quot; &amp; that</comment>\n      <origin>${id}</origin>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n`;
      text += `      <text bytes="${bytes}" sha1="${sha1}" location="tt:${id}" id="${id}" />\n      <sha1>${sha1}</sha1>\n    </revision>\n`;
      if (text.length > 1 << 20) {
        if (!out.write(text)) await once(out, 'drain');
        text = '';
      }
    }
    text += '  </page>\n';
  }
  out.end(`${text}</mediawiki>\n`);
  await finished(out);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import type { Declared } from '../../../src/load/xml/xml-place.ts';
import { XmlError, XmlScanner } from '../../../src/load/xml/xml-scanner.ts';
import { textOf } from '../../../src/load/xml/xml-text.ts';

const FORM: Readonly<Record<string, Declared>> = {
  a: {
    id: 1,
    children: { name: { id: 2, keeps: 'text' }, body: { id: 3, keeps: 'length' }, b: { id: 4 } },
  },
};

/** What is heard of a document that comes in these pieces. */
function heard(pieces: readonly Buffer[]): string[] {
  const events: string[] = [];
  const scanner = new XmlScanner(FORM, {
    open: (id, { tag }) => events.push(`open ${id} ${tag.attribute('x') ?? '-'} ${tag.isEmpty}`),
    close: (id, bytes, start, end, { textLength }) => {
      const text = id === 2 ? textOf(bytes, start, end) : id === 3 ? String(textLength) : '';
      events.push(`close ${id} ${text}`);
      return id === 4;
    },
  });
  for (const piece of pieces) {
    scanner.push(piece);
    while (scanner.run());
  }
  scanner.finish();
  while (scanner.run());
  return events;
}

function inPieces(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

const TEXT = `\ufeff<?xml version="1.0"?>
<!-- a dump -->
<a x='"one" &amp; two'>
  <other><deep y="1"/>&quot;text&quot;</other>
  <name>K\u00f6ln &amp; <!-- not this -->Bonn &#x1F33B;<![CDATA[ <&> ]]></name>
  <body>K\u00f6ln &lt;b&gt;\r\n</body>
  <b x="3" /><b/>
</a>
`;
const HEARD = [
  'open 1 "one" & two false',
  'open 2 - false',
  'close 2 K\u00f6ln & Bonn \u{1F33B} <&> ',
  'open 3 - false',
  'close 3 10',
  'open 4 3 true',
  'close 4 ',
  'open 4 - true',
  'close 4 ',
  'close 1 ',
];

void test('a document is read the same, whatever pieces its bytes come in', () => {
  assert.deepEqual(heard([Buffer.from(TEXT)]), HEARD);
  assert.deepEqual(heard([...Buffer.from(TEXT)].map((byte) => Buffer.from([byte]))), HEARD);
  const cuts = fc.array(fc.nat(), { maxLength: 6 });
  fc.assert(fc.property(cuts, (places) => assert.deepEqual(heard(inPieces(TEXT, places)), HEARD)));
});

void test("text that isn't well-formed is refused, with its line", () => {
  for (const [text, message] of [
    ['<a>\n<b>\n</a>', /^line 3 has <\/a> where <b> is open$/],
    ['<a>\n<b/>', /^line 2 ends inside <a>$/],
    ['<a></a></a>', /nothing is open/],
    ['<a></a><a></a>', /something after its root element/],
    ['<a></a> text', /text outside of its elements/],
    ['<a>&nbsp;</a>', /"&nbsp;", which is not an XML entity/],
    ['<a>&#0;</a>', /(not an XML|not begin an XML) entity/],
    ['<a>& more</a>', /(not an XML|not begin an XML) entity/],
    ['<a x="&copy;"></a>', /(not an XML|not begin an XML) entity/],
    ['<a x=1></a>', /without quotes/],
    ['<a x></a>', /without a value/],
    ['<a x="1"y="2"></a>', /no space between its attributes/],
    ['<a x="<"></a>', /< in an attribute/],
    ['<a / ></a>', /\/ inside a tag/],
    ['<a>1 < 2</a>', /does not begin a tag/],
    ['<a>\u0007</a>', /control character/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /document type/],
    ['<a><name><b/></name></a>', /may have only text/],
    ['<a><b', /ends inside <a>/],
    ['<a><!-- ', /ends inside <a>/],
    ['', /ends too early/],
    ['<a>'.repeat(300), /nested deeper than 200/],
    [`<a>${Array.from({ length: 10_001 }, (_, n) => `<n${n}/>`).join('')}</a>`, /more element names/],
  ] as const)
    assert.throws(() => heard([Buffer.from(text)]), { message }, text.slice(0, 40));
  assert.throws(() => heard([Buffer.from([0x3c, 0x61, 0x3e, 0xc3, 0x28])]), /is not UTF-8/);
  assert.throws(() => heard([Buffer.from('<a>\ud83c\udf3b</a>').subarray(0, 5)]), /ends inside/);
  const long = Buffer.from(`<a><name>${'x'.repeat(3 * 2 ** 20)}`);
  assert.throws(() => heard([long, long]), /more than 1048576 bytes/);
});

const fragment = fc.oneof(
  fc.constantFrom('<a>', '</a>', '<b>', '</b>', '<b/>', '<name>', '</name>', '<body x="1">', '</body>'),
  fc.constantFrom(
    'text',
    '&amp;',
    '&#65;',
    '&',
    '&no;',
    '<',
    '>',
    '"',
    ' ',
    '\n',
    '\u00e9',
    '<!-- c -->',
    '<c d = "e">',
  ),
  fc.constantFrom('</c>', "<b x='&lt;'/>", '<b x="', '/>', '<?p i?>', '</ b>', '<b x="1" />', '<b\n>'),
);

void test('the scanner refuses what a full parser refuses, and accepts what it accepts', () => {
  const pieces = fc.array(fragment, { maxLength: 8 });
  const property = fc.property(pieces, fc.array(fc.nat(), { maxLength: 3 }), (parts, cuts) => {
    const text = `<a>${parts.join('')}</a>`;
    // That an element has text only is a rule of the form, and not of XML.
    if (/<(name|body)[^>]*>[^]*<[abcn]/.test(text)) return;
    let isTaken = true;
    const parser = new SaxesParser();
    parser.on('error', () => (isTaken = false));
    parser.write(text).close();
    const read = (): unknown => heard(inPieces(text, cuts));
    if (isTaken) assert.doesNotThrow(read, text);
    else assert.throws(read, XmlError, text);
  });
  fc.assert(property, { numRuns: 3000 });
});

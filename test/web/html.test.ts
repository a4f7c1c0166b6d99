import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html } from '../../src/web/html.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

void test('whatever is put into a template is text: it ends no element, attribute or entity', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('<', '>', '"', "'", '&', '</p>', '<script>', '&lt;', 'a'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(nasty, nasty, (title, words) => {
      const { text } = html`<p title="${title}">${words}</p>`;
      const match = /^<p title="([^"<>']*)">([^"<>']*)<\/p>$/.exec(text);
      assert.ok(match, text);
      const read = (escaped: string): string =>
        escaped.replace(/&[^;]*;/g, (entity) => ENTITIES[entity] ?? 'none');
      assert.equal(read(match[1] as string), title);
      assert.equal(read(match[2] as string), words);
    }),
  );
});

void test('HTML stays HTML, lists are joined, and nothing is nothing', () => {
  const part = html`<b>${'<'}</b>`;
  assert.equal(html`${[part, part]}${undefined}${null}${false}${0}`.text, '<b>&lt;</b><b>&lt;</b>0');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { markdown } from '../../src/web/markdown.ts';

/** Without the space between elements. */
function dense(text: string): string {
  return markdown(text).text.replace(/\s*\n\s*/g, '');
}

void test('headings, paragraphs, lists, tables, fences and what stands in lines', () => {
  assert.match(dense('# A `b`\n\ntwo\nlines'), /^<h1 id="a-b">A <code>b<\/code><\/h1><p>twolines<\/p>$/);
  assert.match(dense('- one\n  more\n- **two**'), /<ul><li>onemore<\/li>\s*<li><strong>two<\/strong><\/li>/);
  assert.match(
    dense('| a | b |\n| --- | --- |\n| `x\\|y` | 2 |'),
    /<th scope="col">a<\/th>.*<code>x\|y<\/code>/,
  );
  assert.match(markdown('```sh\n# <no heading>\n\nx\n```').text, /<code># &lt;no heading&gt;\n\nx<\/code>/);
  assert.match(dense('1. _one_\n2. two'), /<ol><li><em>one<\/em><\/li><li>two<\/li><\/ol>/);
  assert.match(dense('[a](https://example.org/?b&c)'), /<a href="https:\/\/example.org\/\?b&amp;c">a<\/a>/);
});

void test('a link of another kind than to a web page is text, whoever wrote it', () => {
  for (const target of ['javascript:alert(1)', 'data:text/html,x', '/local', 'JaVaScRiPt:x'])
    assert.doesNotMatch(markdown(`[a](${target})`).text, /href/);
});

void test('no text makes other elements than these, and each text is read to its end', () => {
  const piece = fc.constantFrom(
    '<script>',
    '<img src=x onerror=y>',
    '`',
    '**',
    '[a](',
    'javascript:x)',
    '](https://x" onclick="y)',
    '|',
    '- ',
    '# ',
    '```',
    '\n',
    '\n\n',
    '&',
    '"',
    "'",
    'word',
    '  ',
    '\\|',
    '####### x',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { text } = markdown(pieces.join(''));
      for (const [tag] of text.matchAll(/<[^>]*>/g))
        assert.match(
          tag,
          /^<\/?(?:p|ul|ol|li|br|hr|em|blockquote|pre|code|strong|h[123]|a|div|table|thead|tbody|tr|th|td)(?: (?:id|href|scope|tabindex|class|role|aria-label)="[^"<>]*")*\s*>$/,
        );
      for (const [, href] of text.matchAll(/href="([^"]*)"/g)) assert.match(href as string, /^https?:\/\//);
    }),
  );
});

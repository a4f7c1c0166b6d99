import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { ordinalAt } from '../../../src/core/time/time.ts';
import type { BarChart, LineChart } from '../../../src/formats/chart/chart.ts';
import { COLOURS, INK, INK_2, lookOf, PAPER, RULE, type Colour } from '../../../src/formats/chart/style.ts';
import { svgOf } from '../../../src/formats/chart/svg.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of a picture, in order. @throws where it is no well-formed XML */
function elementsOf(svg: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(svg).close();
  return elements;
}
const named = (svg: string, name: string): Element[] =>
  elementsOf(svg).filter((element) => element.name === name);
const texts = (svg: string): string[] => named(svg, 'text').map(({ text }) => text);

const chart = (changes: Partial<LineChart> = {}): LineChart => ({
  kind: 'lines',
  title: 'Pageviews of Cat',
  unit: 'views',
  grain: 'daily',
  first: ordinalAt('daily', Date.UTC(2024, 0, 1)),
  lines: [{ label: 'Cat', values: [10, 30, 20, 40] }],
  ...changes,
});
const line = (values: (number | null)[], more: object = {}): LineChart =>
  chart({ lines: [{ label: 'Cat', values, ...more }] });
const bars = (count: number): BarChart => ({
  kind: 'bars',
  title: 'Most viewed',
  unit: 'views',
  bars: Array.from({ length: count }, (_, i) => ({ label: `Article ${i}`, value: 1000 - i })),
});
/** The thick strokes: data, not axes. */
const paths = (svg: string): Element[] =>
  named(svg, 'path').filter(({ attributes }) => !('class' in attributes) && !('fill' in attributes));

describe('a picture for people who can’t see it', () => {
  test('is one image with a title and a summary', () => {
    const svg = svgOf(chart());
    const [root, title, desc] = elementsOf(svg);
    assert.equal(root?.attributes['role'], 'img');
    assert.deepEqual([title?.name, title?.text], ['title', 'Pageviews of Cat']);
    assert.equal(desc?.name, 'desc');
    assert.equal(
      desc?.text,
      'Daily views, 1 January 2024 to 4 January 2024. First 10, last 40, least 10 (1 January 2024), most 40 (4 January 2024).',
    );
  });

  test('tells gaps, what isn’t complete, and each line by its name', () => {
    const [desc] = named(
      svgOf(
        chart({
          lines: [
            { label: 'Cat', values: [1, null, 3, 4], partial: 3 },
            { label: 'Dog', values: [5, 6, 7, 8] },
          ],
        }),
      ),
      'desc',
    );
    assert.match(desc?.text ?? '', /Cat: first 1, last 4, .*, with gaps\./);
    assert.match(
      desc?.text ?? '',
      /Dog: first 5, last 8,[^g]*\. The last period isn’t known to be complete\.$/,
    );
  });

  test('of a list says the first few and how many more', () => {
    const [desc] = named(svgOf(bars(30)), 'desc');
    assert.match(desc?.text ?? '', /^By views\. Article 0: 1,000, .* and 24 more\.$/);
  });
});

describe('lines', () => {
  test('break at gaps, and a number between two gaps is a dot', () => {
    const svg = svgOf(line([1, 2, null, 3, null, 4, 5]));
    const [path, ...others] = paths(svg);
    assert.equal(others.length, 0);
    assert.equal(path?.attributes['d']?.match(/M/g)?.length, 2);
    assert.equal(named(svg, 'circle').length, 1);
  });

  test('end in a dashed piece where the last period isn’t whole, and say what that means', () => {
    const svg = svgOf(line([1, 2, 3], { partial: 2 }));
    const dashed = paths(svg).filter(({ attributes }) => 'stroke-dasharray' in attributes);
    assert.equal(dashed.length, 1);
    assert.ok(texts(svg).some((text) => text.includes('dashed: not known to be complete')));
    assert.ok(!svgOf(line([1, 2, 3])).includes('dash'));
  });

  test('that are several are named at their ends, without one name on another', () => {
    const lines = Array.from({ length: 12 }, (_, i) => ({ label: `Line ${i}`, values: [5, 5 + i / 100] }));
    const names = named(svgOf(chart({ lines })), 'text').filter(({ text }) => text.startsWith('Line'));
    assert.equal(names.length, 12);
    const heights = names.map(({ attributes }) => Number(attributes['y'])).sort((a, b) => a - b);
    heights.forEach((y, i) => assert.ok(i === 0 || y - (heights[i - 1] as number) >= 12, heights.join()));
  });

  test('that can’t all be named say how many more there are', () => {
    const lines = Array.from({ length: 40 }, (_, i) => ({ label: `Line ${i}`, values: [i, i] }));
    const all = texts(svgOf(chart({ lines })));
    const shown = all.filter((text) => text.startsWith('Line')).length;
    assert.ok(all.includes(`and ${40 - shown} more`));
  });

  test('that share a colour have different dashes', () => {
    const lines = Array.from({ length: 9 }, (_, i) => ({ label: `Line ${i}`, values: [i, i] }));
    assert.equal(
      paths(svgOf(chart({ lines }))).filter(({ attributes }) => 'stroke-dasharray' in attributes).length,
      1,
    );
  });

  test('on a logarithmic scale have gaps where there is no logarithm, and say so', () => {
    const svg = svgOf({ ...line([1, 0, 100, 1000]), scale: 'log' });
    assert.ok(texts(svg).includes('Views, daily; logarithmic scale'));
    assert.deepEqual(
      texts(svg).filter((text) => /^[0-9.]+K?$/.test(text)),
      ['1', '10', '100', '1K'],
    );
    assert.equal(named(svg, 'circle').length, 1);
  });

  test('of negative numbers have their zero', () => {
    assert.ok(texts(svgOf(line([-1500, 2000]))).includes('0'));
    assert.ok(texts(svgOf(line([-1500, 2000]))).includes('−1K'));
  });

  test('stay inside the picture, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 })), { maxLength: 40 }),
        fc.boolean(),
        (values, log) => {
          const svg = svgOf({ ...line(values), ...(log ? { scale: 'log' } : {}) });
          assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
          for (const { attributes } of paths(svg)) {
            let [x, y] = [0, 0];
            for (const [, command, rest] of (attributes['d'] ?? '').matchAll(/([Ml])([^Ml]+)/g)) {
              const all = (rest?.match(/-?[0-9]*\.?[0-9]+/g) ?? []).map(Number);
              for (let i = 0; i < all.length; i += 2) {
                [x, y] =
                  command === 'M'
                    ? [all[0] as number, all[1] as number]
                    : [x + (all[i] as number), y + (all[i + 1] as number)];
                assert.ok(x >= 0 && x <= 720 && y >= 60 && y <= 310, `${x} ${y}`);
              }
            }
          }
        },
      ),
    );
  });
});

describe('a picture of a list', () => {
  test('has a bar for each of the first twenty entries, and says how many there are', () => {
    const svg = svgOf(bars(1000));
    assert.ok(texts(svg).includes('Views; the first 20 of 1,000'));
    assert.ok(texts(svg).includes('Article 19') && !texts(svg).includes('Article 20'));
    assert.equal(named(svg, 'rect').length, 21);
  });

  test('has negative bars on the other side of zero', () => {
    const svg = svgOf({
      ...bars(0),
      bars: [
        { label: 'up', value: 100 },
        { label: 'down', value: -100 },
      ],
    });
    const [, up, down] = named(svg, 'rect').map(({ attributes }) => attributes);
    const end = Number(down?.['x']) + Number(down?.['width']);
    assert.ok(Math.abs(end - Number(up?.['x'])) < 0.2);
  });

  test('says that there are more lists, where more were asked for', () => {
    assert.ok(texts(svgOf({ ...bars(3), others: 2 })).includes('Views; one of 3 lists'));
  });

  test('is drawn for an empty list too', () => {
    assert.match(named(svgOf(bars(0)), 'desc')[0]?.text ?? '', /empty/);
  });
});

describe('a picture', () => {
  test('is well-formed whatever its titles and names are, and none of them becomes markup', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><image href=x onerror=alert(1)>',
        ']]>&amp;&#0;',
        '\u0000\u0008\ud800',
        '</title><svg onload=alert(1)>',
      ),
    );
    const safe = ['svg', 'title', 'desc', 'style', 'rect', 'text', 'g', 'path', 'circle', 'tspan'];
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, label, credit) => {
        const both = [
          svgOf(
            chart({
              title,
              credit,
              lines: [
                { label, values: [1, 2] },
                { label: title, values: [2, 1] },
              ],
            }),
            lookOf('auto'),
          ),
          svgOf({ ...bars(0), title, credit, bars: [{ label, value: 1 }] }, lookOf('auto')),
        ];
        for (const svg of both) {
          for (const { name, attributes } of elementsOf(svg)) {
            assert.ok(safe.includes(name), name);
            assert.ok(!Object.keys(attributes).some((attribute) => /^on|href|style/.test(attribute)));
          }
        }
      }),
    );
  });

  test('of a year of days is less than 12 KB, of twenty years less than 24 KB, of noise', () => {
    const noise = (length: number): string =>
      svgOf(line(Array.from({ length }, (_, i) => (i * 7919 * 7919) % 100_003)), lookOf('auto'));
    assert.ok(Buffer.byteLength(noise(366)) < 12_000, String(noise(366).length));
    assert.ok(Buffer.byteLength(noise(7305)) < 24_000, String(noise(7305).length));
  });

  test('of many days keeps the highest and the lowest of them', () => {
    const values = Array.from({ length: 7305 }, () => 500);
    values[3210] = 1000;
    values[5000] = 0;
    const d = paths(svgOf(line(values)))[0]?.attributes['d'] ?? '';
    const steps = (d.split('l')[1]?.match(/-?[0-9]*\.?[0-9]+/g) ?? []).map(Number);
    const heights = steps.filter((_, i) => i % 2 === 1);
    assert.ok(Math.min(...heights) < -100 && Math.max(...heights) > 100);
  });

  test('is the same bytes each time', () => {
    assert.equal(svgOf(chart(), lookOf('auto')), svgOf(structuredClone(chart()), lookOf('auto')));
  });

  test('has its style only where it stands alone, and no script ever', () => {
    assert.equal(named(svgOf(chart(), lookOf('auto')), 'style').length, 1);
    assert.match(svgOf(chart(), lookOf('auto')), /prefers-color-scheme:dark/);
    assert.equal(named(svgOf(chart()), 'style').length, 0);
    assert.doesNotMatch(svgOf(chart(), lookOf('auto')), /script|https?:(?!\/\/www\.w3\.org)/);
  });

  test('is dark in every program where it is told to be, and never unless told', () => {
    for (const picture of [chart(), bars(3)])
      for (const tone of ['light', 'dark'] as const) {
        const svg = svgOf(picture, lookOf(tone));
        const colours = [...svg.matchAll(/ color="([^"]*)"/g)].map(([, colour]) => colour as string);
        const known = new Set([INK, INK_2, RULE, PAPER, ...COLOURS].map((colour) => colour[tone]));
        assert.ok(colours.length > 4);
        assert.deepEqual(
          colours.filter((colour) => !known.has(colour)),
          [],
        );
        assert.doesNotMatch(svg, /prefers-color-scheme/);
      }
  });

  test('can be read in light and dark: 4.5 to 1 for texts and lines', () => {
    for (const colour of [INK, INK_2, ...COLOURS]) {
      for (const mode of ['light', 'dark'] as const)
        assert.ok(contrast(colour[mode], PAPER[mode]) >= 4.5, `${colour[mode]} on ${PAPER[mode]}`);
    }
    const distinct = (mode: keyof Colour): number => new Set(COLOURS.map((colour) => colour[mode])).size;
    assert.deepEqual([distinct('light'), distinct('dark')], [COLOURS.length, COLOURS.length]);
  });
});

/** WCAG 2: the contrast of two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

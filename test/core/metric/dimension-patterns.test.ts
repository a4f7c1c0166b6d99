import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allDimensions } from '../../../src/core/question/conditions.ts';
import { METRICS } from '../../../src/metrics/index.ts';

void test('whatever the pattern of a dimension matches is allowed: generated clients rely on it', () => {
  const dimensions = new Map(
    METRICS.flatMap((metric) => allDimensions(metric)).map((one) => [`${one.name} ${one.pattern}`, one]),
  );
  assert.ok(dimensions.size > 20);
  for (const { name, pattern, normalise, refuse } of dimensions.values()) {
    const whole = new RegExp(`^(?:${pattern})$`);
    // fast-check makes no texts of lookaheads.
    const texts = fc.stringMatching(new RegExp(whole.source.replaceAll(/\(\?![^)]*\)/g, '')));
    fc.assert(
      fc.property(
        texts.filter((text) => whole.test(text)),
        (text) => {
          assert.equal(refuse(normalise(text)), undefined, `${name}: ${JSON.stringify(text)}`);
        },
      ),
      { numRuns: 30 },
    );
  }
});

void test('each example and each listed value of a dimension matches its pattern', () => {
  for (const metric of METRICS)
    for (const { name, pattern, values = [], total, example } of allDimensions(metric))
      for (const text of [...values, example, ...(total === undefined ? [] : [total])])
        assert.match(text, new RegExp(`^(?:${pattern})$`), `${metric.name}: ${name}`);
});

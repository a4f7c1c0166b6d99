import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { test } from 'node:test';
import { EngineError } from '../../src/core/engine-error.ts';
import type { EmptyQuestion } from '../../src/core/hint/hints.ts';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { Hints } from '../../src/read/hints.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';

type NamesNear = SeriesStore['namesNear'];

/** Hints over a store of which only the names are asked for. */
function over(namesNear: NamesNear): Hints {
  return new Hints({ namesNear, read: () => Promise.resolve([]) });
}

const coverage = new Map([
  ['daily' as const, new Map([['en.wikipedia', [{ first: 0, last: 9, complete: false }]]])],
]);

function question(article: string): EmptyQuestion {
  return {
    metric: pageviewsPerArticle,
    listed: [['en.wikipedia'], ['all-access'], ['user'], [article]],
    grain: 'daily',
    state: { ...EMPTY_STATE, coverage },
  };
}

const { signal } = new AbortController();
setMaxListeners(0, signal);

void test('many misspelt names are looked up at a bounded rate, each once', async () => {
  let looks = 0;
  const hints = over(() => {
    looks++;
    return Promise.resolve(['Cat']);
  });
  for (const turn of [1, 2]) {
    const all = Array.from({ length: 2000 }, (_, i) =>
      hints.noRows(question(`N${turn === 1 ? i : 0}`), signal),
    );
    for (const problem of await Promise.all(all))
      assert.match(problem.members.hint ?? '', /Loaded for the project/);
  }
  assert.ok(looks >= 50 && looks < 300, `${looks} looks`);
});

void test('if the store fails, hangs or was closed, only the suggestions are missing', async () => {
  const failing: NamesNear = () => Promise.reject(new EngineError('test', 'secret'));
  const hanging: NamesNear = () => new Promise(() => undefined);
  for (const namesNear of [failing, hanging]) {
    const problem = await over(namesNear).noRows(question('Catt'), signal);
    assert.equal(
      problem.members.hint,
      'Loaded for the project en.wikipedia: daily numbers from 1970-01-01 to 1970-01-10.',
    );
  }
});

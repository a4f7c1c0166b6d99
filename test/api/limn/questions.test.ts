import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { graphOfQuestion, limnGraph } from '../../../src/api/limn/graph.ts';
import { limnQuestion } from '../../../src/api/limn/questions.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { pageviewsPerArticle } from '../../../src/metrics/pageviews-per-article.ts';

const cats = {
  ...pageviewsPerArticle,
  name: 'cats',
  title: 'Views of cats',
  path: '/cats/{agent}/{granularity}/{start}/{end}',
  fixed: { project: 'en.wikipedia', access: 'all-access', article: 'Cat' },
  table: 'pageviews_per_article',
  examples: [],
};
const catalogue = makeCatalogue([...METRICS, cats]);

test('what a metric settles is part of its series, and of no name', () => {
  const path = '/cats/user%7Cspider/daily/20240101/latest';
  assert.deepEqual(
    limnQuestion(catalogue, path).series,
    ['user', 'spider'].map((agent) => ['en.wikipedia', 'all-access', agent, 'Cat']),
  );
  const graph = {
    id: 'cats',
    title: 'Cats',
    data: [{ path }, { path: '/cats/all-agents/daily/-30d/latest' }],
  };
  const { children } = limnGraph(catalogue, graph).root as {
    children: { children?: { options: { label: string } }[] }[];
  };
  assert.deepEqual(
    children.at(-1)?.children?.map(({ options }) => options.label),
    ['user', 'spider', 'Views of cats'],
  );
  assert.equal(graphOfQuestion(catalogue, 'cats~user~daily~20240101~latest').title, 'Views of cats: user');
});

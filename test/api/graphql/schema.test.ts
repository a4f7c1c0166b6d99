import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  validateSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { fieldName, typeName } from '../../../src/core/metric/graphql-names.ts';
import { printSdl, schemaFor } from '../../../src/api/graphql/schema.ts';
import { CatalogueError, makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { closed } from '../../../src/core/metric/dimension.ts';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { count } from '../../../src/core/metric/measure.ts';
import { VIEW_EVENTS } from '../../../src/core/metric/view-events.ts';
import { METRICS } from '../../../src/metrics/index.ts';

const schema = schemaFor(makeCatalogue(METRICS));

function fieldOf(type: string, field: string): GraphQLField<unknown, unknown> {
  const found = (schema.getType(type) as GraphQLObjectType).getFields()[field];
  assert.ok(found, `${type}.${field}`);
  return found;
}

function argument(field: GraphQLField<unknown, unknown>, name: string): GraphQLArgument {
  const found = field.args.find((one) => one.name === name);
  assert.ok(found, `${field.name}(${name}:)`);
  return found;
}

/** A metric like a built-in one, but for what is given. */
function like(metric: Metric, changes: Partial<Metric>): Metric {
  return { ...metric, ...changes } as Metric;
}

void test('the schema is valid, and its printed form can be read back', () => {
  assert.deepEqual(validateSchema(schema), []);
  assert.deepEqual(validateSchema(buildSchema(printSdl(makeCatalogue(METRICS)))), []);
});

void test('every metric is a field with an argument a dimension, and a type of its own', () => {
  for (const metric of METRICS) {
    const field = fieldOf('Query', fieldName(metric.name));
    assert.equal(String(field.type), typeName(metric.name));
    for (const { name } of metric.dimensions) argument(field, fieldName(name));
    const isOfViews = metric.aggregate?.source === VIEW_EVENTS;
    const isFine = 'hourly' in metric.grains || 'daily' in metric.grains;
    const period = [
      ...(metric.shape.kind === 'top' ? ['date', 'first'] : ['grain', 'start', 'end', 'fill']),
      'asOf',
      ...(isOfViews && isFine ? ['live'] : []),
    ];
    assert.equal(field.args.length, metric.dimensions.length + period.length);
    for (const name of period) argument(field, name);
  }
});

void test('every field, argument and type of a metric is described', () => {
  for (const metric of METRICS) {
    for (const name of [typeName(metric.name), 'Query']) {
      const type = schema.getType(name) as GraphQLObjectType;
      assert.ok(type.description, name);
      for (const field of Object.values(type.getFields())) {
        assert.ok(field.description, `${name}.${field.name}`);
        for (const one of field.args) assert.ok(one.description, `${name}.${field.name}(${one.name}:)`);
      }
    }
  }
});

void test('arguments that have defaults don’t take null', () => {
  const field = fieldOf('Query', 'pageviewsPerArticle');
  const types = Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)]));
  assert.deepEqual(types, {
    project: 'String!',
    access: 'Access!',
    agent: 'Agent!',
    article: 'String!',
    grain: 'PageviewsPerArticleGrain!',
    start: 'String!',
    end: 'String!',
    fill: 'Fill',
    asOf: 'String',
    live: 'Boolean',
  });
  assert.equal(argument(field, 'access').defaultValue, 'all-access');
  assert.equal(argument(field, 'agent').defaultValue, 'all-agents');
  assert.equal(argument(field, 'grain').defaultValue, 'daily');
  assert.equal(argument(field, 'end').defaultValue, 'latest');
  assert.equal(argument(field, 'article').defaultValue, undefined);
});

void test('a metric’s grains are those it has, days by default', () => {
  for (const metric of METRICS) {
    if (metric.shape.kind === 'top') continue;
    const grain = argument(fieldOf('Query', fieldName(metric.name)), 'grain');
    const type = getNamedType(grain.type);
    assert.ok(isEnumType(type));
    assert.deepEqual(
      type
        .getValues()
        .map(({ value }) => value as string)
        .toSorted(),
      Object.keys(metric.grains).toSorted(),
    );
    assert.equal(grain.defaultValue, metric.grains.daily ? 'daily' : 'monthly');
  }
});

void test('metrics with the same list of values share its enum; another list of that name has its own', () => {
  const typeOf = (field: string, name: string): string =>
    String(argument(fieldOf('Query', field), name).type);
  assert.equal(typeOf('pageviewsPerArticle', 'agent'), 'Agent!');
  assert.equal(typeOf('pageviewsAggregate', 'agent'), 'Agent!');
  assert.equal(typeOf('mediarequestsPerFile', 'agent'), 'MediaAgent!');
  assert.equal(typeOf('mediarequestsAggregate', 'agent'), 'MediaAgent!');
  assert.equal(typeOf('uniqueDevices', 'accessSite'), typeOf('legacyPagecountsAggregate', 'accessSite'));
});

void test('a metric nests under every entity whose dimensions it has, without their arguments', () => {
  const project = schema.getType('Project') as GraphQLObjectType;
  for (const metric of METRICS) {
    const field = project.getFields()[fieldName(metric.name)];
    assert.equal(
      field !== undefined,
      metric.dimensions.some(({ name }) => name === 'project'),
      metric.name,
    );
    assert.ok(!field?.args.some(({ name }) => name === 'project'));
  }
  const { args } = fieldOf('Article', 'pageviewsPerArticle');
  assert.deepEqual(
    args.map(({ name }) => name),
    ['access', 'agent', 'grain', 'start', 'end', 'fill', 'asOf', 'live'],
  );
  assert.equal(String(fieldOf('Query', 'articles').type), '[Article!]!');
  assert.equal(String(fieldOf('Query', 'projects').args[0]?.type), '[String!]!');
});

void test('the entries of a list have the metrics of the entity that they and the list make', () => {
  fieldOf('PageviewsTopEntry', 'pageviewsPerArticle');
  fieldOf('PageviewsTopPerCountryEntry', 'pageviewsPerArticle');
  fieldOf('PageviewsTopByCountryEntry', 'pageviewsTopPerCountry');
  assert.deepEqual(
    fieldOf('MediarequestsTopEntry', 'mediarequestsPerFile').args.map(({ name }) => name),
    ['referer', 'agent', 'grain', 'start', 'end', 'fill', 'asOf'],
  );
});

void test('a schema has the entities that its metrics are about, and no others', () => {
  const [only] = METRICS.filter(({ name }) => name === 'mediarequests-aggregate');
  const { Query, Project, File } = schemaFor(makeCatalogue([only as Metric])).getTypeMap();
  assert.deepEqual(Object.keys((Query as GraphQLObjectType).getFields()), [
    'metrics',
    'query',
    'mediarequestsAggregate',
  ]);
  assert.deepEqual([Project, File], [undefined, undefined]);
});

void test('a declaration whose names would be one in GraphQL is refused with its metric’s name', () => {
  const [, aggregate] = METRICS as [Metric, Metric];
  const named = (changes: Partial<Metric>): void => {
    schemaFor({ ...makeCatalogue([]), metrics: [like(aggregate, changes)] });
  };
  const refuses = (changes: Partial<Metric>): void =>
    assert.throws(
      () => named(changes),
      (error) => error instanceof CatalogueError && /pageviews-aggregate/.test(error.message),
    );
  refuses({ measures: { items: count('things', 'Things.') } });
  refuses({ measures: { 'a-b': count('a', 'A.'), a_b: count('b', 'B.') } });
  refuses({ dimensions: [closed('start', 'A start.', ['a'])] });
  refuses({ dimensions: [closed('kind', 'A kind.', ['1..4', '1-to-4'])] });
});

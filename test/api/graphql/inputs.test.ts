import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  getNamedType,
  getNullableType,
  GraphQLInputObjectType,
  GraphQLObjectType,
  isRequiredArgument,
  Kind,
  parse,
  print,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
} from 'graphql';
import { exampleUrl } from '../../../src/api/catalogue/catalogue.ts';
import { queryTextOf } from '../../../src/formats/graphql-query.ts';
import { schemaFor } from '../../../src/api/graphql/schema.ts';
import { pathsOf, questionOf } from '../../../src/core/question/metric-paths.ts';
import { fieldName } from '../../../src/core/metric/graphql-names.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { ask, post } from './ask.ts';

/* Every argument and input field of the schema is given what nobody should send. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    flags: { graphqlBatch: '100', maxBodyKb: '65536', points: '900000' },
  });
  await gateway.loadSample();
});
after(() => gateway.close());

const LITERALS = [
  'null',
  '[]',
  '[null]',
  '[[""]]',
  '""',
  `"${'x'.repeat(3000)}"`,
  '"\\u0000"',
  '"__proto__"',
  '-1',
  '0',
  '1.5',
  '99999999999999999999',
  '1e400',
  'true',
  'FOO',
  'ZERO',
  '{}',
  '{a: null}',
];
const VALUES: readonly unknown[] = [
  null,
  [],
  [null],
  [['']],
  '',
  'x'.repeat(3000),
  '\u0000',
  '\ud800',
  '__proto__',
  -1,
  0,
  1.5,
  1e308,
  true,
  'ZERO',
  {},
  { a: null },
];

interface Operation {
  readonly query: string;
  readonly variables?: object;
}

interface Settled {
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** Right values, as GraphQL writes them, by argument. */
  readonly right: ReadonlyMap<string, string>;
  readonly selection: string;
  /** The field within the fields that it stands in. */
  readonly around: (field: string) => string;
}

function textOf({ field, right, selection, around }: Settled, changed: readonly [string, string][]): string {
  const args = [...new Map([...right, ...changed])].map(([name, value]) => `${name}: ${value}`);
  return around(`${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selection}`);
}

/** Everything that is wrong for one argument: as a literal, by a variable, by one with a default that is null. */
function wrongly(settled: Settled, arg: GraphQLArgument, all: boolean): Operation[] {
  const right = settled.right.get(arg.name);
  const declared = String(getNullableType(arg.type));
  const usable = isRequiredArgument(arg) ? String(arg.type) : declared;
  const varied = textOf(settled, [[arg.name, '$v']]);
  const nulled: Operation[] = [
    // A variable that may be null stands where null is refused, by its default.
    ...(right === undefined
      ? []
      : [{ query: `query ($v: ${declared} = ${right}) { ${varied} }`, variables: { v: null } }]),
    { query: `query ($v: ${declared}) { ${varied} }`, variables: { v: null } },
    { query: `query ($v: ${declared}) { ${varied} }` },
  ];
  if (!all) return nulled;
  return [
    ...nulled,
    ...LITERALS.map((value) => ({ query: `{ ${textOf(settled, [[arg.name, value]])} }` })),
    ...VALUES.map((v) => ({ query: `query ($v: ${usable}) { ${varied} }`, variables: { v } })),
  ];
}

const asked = { count: 0, codes: new Set<string>() };

async function sendAll(operations: readonly Operation[]): Promise<void> {
  for (let i = 0; i < operations.length; i += 100) {
    const some = operations.slice(i, i + 100);
    const response = await gateway.agent().post('/graphql').send(some);
    assert.ok(Array.isArray(response.body), response.text.slice(0, 500));
    const answers = response.body as { errors?: { message: string; extensions: { code: string } }[] }[];
    answers.forEach(({ errors = [] }, k) => {
      asked.count++;
      for (const { message, extensions } of errors) {
        asked.codes.add(extensions.code);
        assert.notEqual(
          extensions.code,
          'INTERNAL_SERVER_ERROR',
          `${message}: ${JSON.stringify(some[k]).slice(0, 500)}`,
        );
        assert.notEqual(extensions.code, 'INTERNAL', JSON.stringify(some[k]).slice(0, 500));
      }
    });
  }
}

/** Right values for the arguments of every metric's field, from its first example. */
function examples(): Map<string, { right: Map<string, string>; selection: string }> {
  const { catalogue } = gateway.app.road;
  return new Map(
    catalogue.metrics.map((metric) => {
      const target = pathsOf(catalogue).find(
        exampleUrl(metric, metric.examples[0] as (typeof metric.examples)[number]).slice('/metrics'.length),
      );
      if (target?.kind !== 'metric') throw new Error(metric.name);
      const [operation] = parse(queryTextOf(metric, questionOf(target))).definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(metric.name);
      const field = operation.selectionSet.selections[0] as FieldNode;
      const right = new Map(field.arguments?.map(({ name, value }) => [name.value, print(value)] as const));
      return [fieldName(metric.name), { right, selection: print(field.selectionSet as object as FieldNode) }];
    }),
  );
}

/** Every field that takes arguments, wherever it stands; each type is walked once. */
function* fieldsOf(): Generator<Settled> {
  const schema = schemaFor(gateway.app.road.catalogue);
  const known = examples();
  const walked = new Set<string>();
  const plain = (type: GraphQLObjectType): string =>
    Object.values(type.getFields()).find(({ type: of }) => !(getNamedType(of) instanceof GraphQLObjectType))
      ?.name ?? '__typename';
  function* walk(type: GraphQLObjectType, around: (field: string) => string): Generator<Settled> {
    if (walked.has(type.name)) return;
    walked.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const below = getNamedType(field.type);
      const example = known.get(field.name);
      const right = new Map(
        [...(example?.right ?? [])].filter(([name]) => field.args.some((arg) => arg.name === name)),
      );
      for (const arg of field.args) {
        if (right.has(arg.name) || !isRequiredArgument(arg)) continue;
        const isList = String(arg.type).startsWith('[');
        const text = arg.name.startsWith('article') ? '"Moonlight_(2016_film)"' : '"en.wikipedia"';
        right.set(
          arg.name,
          arg.name === 'input' ? '{metric: "edits-aggregate", range: "2021"}' : isList ? `[${text}]` : text,
        );
      }
      const isObject = below instanceof GraphQLObjectType;
      const selection = example?.selection ?? (isObject ? `{ ${plain(below)} }` : '');
      const settled = { parent: type.name, field, right, selection, around };
      if (field.args.length > 0) yield settled;
      if (isObject) yield* walk(below, (inner) => textOf({ ...settled, selection: `{ ${inner} }` }, []));
    }
  }
  yield* walk(schema.getQueryType() as GraphQLObjectType, (field) => field);
}

void test('no argument of any field makes an internal error, whatever it is given', async () => {
  // Arguments that are declared alike get the whole lot once, and nulls once in each type.
  const kinds = new Set<string>();
  const isNew = (kind: string): boolean => !kinds.has(kind) && kinds.add(kind).has(kind);
  for (const settled of fieldsOf()) {
    // What stands right is answered, so that what is found is about the argument.
    const fine = await post(gateway, `{ ${textOf(settled, [])} }`);
    assert.deepEqual(fine.errors, [], textOf(settled, []));
    await sendAll(
      settled.field.args.flatMap((arg) => {
        const kind = `${arg.name}: ${String(arg.type)} ${arg.description}`;
        const all = isNew(kind);
        return isNew(`${settled.parent} ${kind}`) ? wrongly(settled, arg, all) : [];
      }),
    );
  }
  assert.ok(kinds.size > 30 && asked.count > 2000, `${kinds.size} ${asked.count}`);
  for (const code of ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'INVALID_PARAMETER'])
    assert.ok(asked.codes.has(code), code);
});

void test('no field of any input object makes one either', async () => {
  const schema = schemaFor(gateway.app.road.catalogue);
  const right: Readonly<Record<string, string>> = {
    QueryInput:
      '{metric: "edits-aggregate", range: "2021", by: ["project"], where: [{dimension: "editor-type", values: ["user"]}], order: [{by: "edits"}]}',
    QueryWhere: '{dimension: "editor-type", values: ["user"]}',
    QueryOrder: '{by: "edits"}',
  };
  const inputs = Object.values(schema.getTypeMap()).filter((type) => type instanceof GraphQLInputObjectType);
  assert.deepEqual(inputs.map(({ name }) => name).sort(), Object.keys(right).sort());
  const whole = (type: string, text: string): string =>
    type === 'QueryInput'
      ? text
      : `{metric: "edits-aggregate", range: "2021", by: ["project"], ${type === 'QueryWhere' ? 'where' : 'order'}: [${text}]}`;
  const wrap = (input: string): string => `query(input: ${input}) { rows { measures { value } } }`;
  const operations = inputs.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field): Operation[] => {
      const others = Object.entries(
        valueFromASTUntyped(
          (parse(`{ a(b: ${right[type.name]}) }`).definitions[0] as never as Parsed).selectionSet
            .selections[0]?.arguments[0]?.value as never,
        ) as object,
      ).filter(([name]) => name !== field.name);
      const literal = (value: string): string =>
        `{${[...others.map(([name, one]) => `${name}: ${graphqlOf(one)}`), `${field.name}: ${value}`].join(', ')}}`;
      const declared = String(getNullableType(field.type));
      return [
        ...LITERALS.map((value) => ({ query: `{ ${wrap(whole(type.name, literal(value)))} }` })),
        {
          query: `query ($v: ${declared}) { ${wrap(whole(type.name, literal('$v')))} }`,
          variables: { v: null },
        },
        ...VALUES.map((value) => {
          const object = { ...Object.fromEntries(others), [field.name]: value };
          const v =
            type.name === 'QueryInput'
              ? object
              : {
                  metric: 'edits-aggregate',
                  range: '2021',
                  by: ['project'],
                  [type.name === 'QueryWhere' ? 'where' : 'order']: [object],
                };
          return { query: `query ($v: QueryInput!) { ${wrap('$v')} }`, variables: { v } };
        }),
      ];
    }),
  );
  await sendAll(operations);
});

interface Parsed {
  readonly selectionSet: {
    readonly selections: readonly { readonly arguments: readonly { readonly value: unknown }[] }[];
  };
}

function graphqlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(graphqlOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, one]) => `${name}: ${graphqlOf(one)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

void test('null for an argument that can’t be null is BAD_USER_INPUT that names it, however it comes', async () => {
  const list = (more: string): string =>
    `pageviewsTop(project: "en.wikipedia", date: "2016-01-01"${more}) { access }`;
  const series = (more: string): string =>
    `pageviewsPerArticle(project: "en.wikipedia", article: "Moonlight_(2016_film)", start: "2016-12-01"${more}) { access }`;
  const nulls = [
    `query ($access: Access) { ${series(', access: $access')} }`,
    `query ($grain: PageviewsPerArticleGrain) { ${series(', grain: $grain')} }`,
    `query ($end: String) { ${series(', end: $end')} }`,
    `query ($first: Int) { ${list(', first: $first')} }`,
    `query ($access: Access) { project(name: "en.wikipedia") { ${list(', access: $access').replace('project: "en.wikipedia", ', '')} } }`,
    // Null stands where it is refused, by way of the variable's default.
    'query ($project: String = "en.wikipedia") { pageviewsTop(project: $project, date: "2016-01-01") { access } }',
    'query ($names: String = "en.wikipedia") { projects(names: [$names]) { name } }',
  ];
  for (const query of nulls) {
    const [, name] = /\$(\w+)/.exec(query) as RegExpExecArray;
    const [error, ...others] = (await post(gateway, query, { variables: { [name as string]: null } })).errors;
    assert.deepEqual(others, [], query);
    assert.deepEqual([error?.extensions.code, error?.extensions.parameter], ['BAD_USER_INPUT', name], query);
    // What isn't given has its default.
    assert.deepEqual((await post(gateway, query)).errors, [], query);
  }
});

void test('null for what may be left out of a question is as if it were', async () => {
  const asked = (more: string, where: string): string =>
    `query(input: {metric: "edits-aggregate", range: "2021"${more}, where: [{dimension: "editor-type", values: ["user"]${where}}], order: [{by: "edits"}]}) { query rows { measures { value } } }`;
  const left = await ask(gateway, `{ ${asked('', '')} }`);
  assert.deepEqual(await ask(gateway, `{ ${asked('', ', prefix: null, not: null')} }`), left);
  const members = ['by', 'grain', 'measures', 'limit', 'cursor', 'total', 'compare', 'fill', 'dryRun'];
  const nulls = members.map((name) => `, ${name}: null`).join('');
  assert.deepEqual(await ask(gateway, `{ ${asked(nulls, '')} }`), left);
});

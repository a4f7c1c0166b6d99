import type { Gateway } from '../../support/gateway.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** An answer's JSON. */
export interface Answered {
  readonly query: Readonly<Record<string, unknown>>;
  readonly route: 'series' | 'warehouse';
  readonly cost: number;
  readonly coverage: { start: string; end: string; complete: boolean } | null;
  readonly version: number;
  readonly reason?: string;
  readonly note?: string;
  readonly cursor: string | null;
  readonly total?: Row;
  readonly rows: readonly Row[];
}

/** Asks by POST. @throws Error with the problem where it isn't answered */
export async function ask(gateway: Gateway, question: object): Promise<Answered> {
  const response = await gateway.agent().post('/query').send(question);
  if (response.status !== 200) throw new Error(response.text);
  return response.body as Answered;
}

const FIELDS = '{ timestamp dimensions { name value } measures { name value compared change } }';

/** Asks by GraphQL, and gives the rows as REST has them. */
export async function askGraphql(
  gateway: Gateway,
  question: Readonly<Record<string, unknown>>,
): Promise<Row[]> {
  const { where, order, range, compare, fill, ...rest } = question;
  const conditions = Object.entries((where ?? {}) as Record<string, unknown>).map(([dimension, value]) =>
    typeof value === 'string'
      ? { dimension, values: [value] }
      : Array.isArray(value)
        ? { dimension, values: value as string[] }
        : { dimension, ...(value as object) },
  );
  const text = (one: unknown): unknown =>
    typeof one === 'object' && one !== null ? Object.values(one as Record<string, string>).join('..') : one;
  const orders = (order as { by: string; direction: string }[] | undefined)?.map((one) => ({
    ...one,
    direction: one.direction.toUpperCase(),
  }));
  const input = {
    ...rest,
    where: conditions,
    range: text(range),
    ...(compare ? { compare: text(compare) } : {}),
    ...(orders ? { order: orders } : {}),
    ...(fill ? { fill: (fill as string).toUpperCase() } : {}),
  };
  const query = `query ($input: QueryInput!) { query(input: $input) { rows ${FIELDS} total ${FIELDS} } }`;
  const response = await gateway.agent().post('/graphql').send({ query, variables: { input } });
  const { data, errors } = response.body as {
    data?: { query: { rows: GraphRow[] } };
    errors?: { message: string }[];
  };
  if (!data) throw new Error(JSON.stringify(errors));
  return data.query.rows.map((row) => flat(row, compare !== undefined && compare !== null));
}

interface GraphRow {
  readonly timestamp: string | null;
  readonly dimensions: { name: string; value: string | null }[];
  readonly measures: { name: string; value: number | null; compared: number | null; change: number | null }[];
}

function flat({ timestamp, dimensions, measures }: GraphRow, isCompared: boolean): Row {
  const cells: (readonly [string, string | number | null])[] = [
    ...dimensions.map(({ name, value }) => [name, value] as const),
    ...(timestamp === null ? [] : [['timestamp', timestamp] as const]),
    ...measures.map(({ name, value }) => [name, value] as const),
    ...(isCompared
      ? measures.flatMap(({ name, compared, change }) => [
          [`${name}_compared`, compared] as const,
          [`${name}_change`, change] as const,
        ])
      : []),
  ];
  return Object.fromEntries(cells);
}

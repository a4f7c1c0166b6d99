import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../../src/core/engine-error.ts';
import type { Coverages } from '../../src/core/time/coverage.ts';
import { stateAt } from '../../src/core/time/past-state.ts';
import type { TableState } from '../../src/core/time/table-state.ts';
import { formatTimestamp } from '../../src/core/time/time.ts';
import type { Table } from '../../src/core/metric/table.ts';
import type { Removal, Warehouse } from '../../src/warehouses/warehouse.ts';
import { claim, flatTable, never, ordinal, read, type Row, rowsOf, topTable, write } from './fixtures.ts';
import { HANGS_MS } from '../support/hangs.ts';
import type { With } from './conformance.ts';

const WHY = { cause: 'import' } as const;
const FIRST = ordinal('daily', '20240228');
const DAYS = 4;
const dateOf = (day: number): string => formatTimestamp('YYYYMMDD', 'daily', FIRST + day);

/** A change of a table: rows that it adds, with the claim of their scopes' days, or rows that it removes. */
type Step =
  | { readonly kind: 'add'; readonly complete: boolean; readonly cells: readonly Cell[] }
  | {
      readonly kind: 'remove';
      readonly project: string | undefined;
      readonly type: string | undefined;
      readonly from: number;
      readonly to: number;
    };

interface Cell {
  readonly project: string;
  readonly type: string;
  readonly day: number;
  readonly number: number;
}

const project = fc.constantFrom('a', 'b');
const type = fc.constantFrom('x', 'y', 'z', 'w');
const day = fc.nat(DAYS - 1);
const cell = fc.record({ project, type, day, number: fc.nat(3) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      complete: fc.boolean(),
      cells: fc.uniqueArray(cell, {
        selector: (one) => `${one.project} ${one.type} ${one.day}`,
        minLength: 1,
        maxLength: 8,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      project: fc.option(project, { nil: undefined }),
      type: fc.option(type, { nil: undefined }),
      from: day,
      to: day,
    }),
  },
);

const rowOf = (table: Table, { project: of, type: kind, day: on, number }: Cell): Row =>
  table.ranking
    ? { of: [of], at: dateOf(on), entry: [kind], is: [number] }
    : { of: [of, kind], at: dateOf(on), is: [number, number * 10] };

async function change(warehouse: Warehouse, table: Table, one: Step): Promise<void> {
  if (one.kind === 'add') {
    const rows = [
      rowsOf(
        table,
        'daily',
        one.cells.map((each) => rowOf(table, each)),
      ),
    ];
    const covers = one.cells.map(({ project: scope, day: on }) => ({
      ...claim('daily', scope, dateOf(on), dateOf(on)),
      complete: one.complete,
    }));
    await write(warehouse, table, rows, { covers, why: WHY });
    return;
  }
  const kinds = one.type === undefined || table.ranking ? [] : [{ column: 'page_type', values: [one.type] }];
  const scopes = one.project === undefined ? ['a', 'b'] : [one.project];
  const removal: Removal = {
    grain: 'daily',
    first: FIRST + Math.min(one.from, one.to),
    last: FIRST + Math.max(one.from, one.to),
    where: [...(one.project === undefined ? [] : [{ column: 'project', values: scopes }]), ...kinds],
    ...(kinds.length > 0 ? { scopes: [], broken: scopes } : { scopes }),
  };
  await write(warehouse, table, [], { remove: [removal], why: WHY });
}

/** What is served: the rows and the coverage. */
async function served(warehouse: Warehouse, table: Table, state: TableState, asOf?: number): Promise<object> {
  const past = asOf === undefined ? state : stateAt(state, asOf);
  const options = asOf === undefined ? {} : { asOf };
  return {
    coverage: plain(past.coverage),
    all: await read(warehouse, table, 'daily', dateOf(0), dateOf(DAYS - 1), options),
    ofOne: await read(warehouse, table, 'daily', dateOf(1), dateOf(2), {
      ...options,
      where: [{ column: 'project', values: ['a'] }],
    }),
    sums: await sums(warehouse, table, asOf),
  };
}

function plain(coverage: Coverages): object {
  return Object.fromEntries([...coverage].map(([grain, scopes]) => [grain, Object.fromEntries(scopes)]));
}

async function sums(warehouse: Warehouse, table: Table, asOf: number | undefined): Promise<object[]> {
  const [measure] = table.measures.map(({ name }) => name) as [string];
  const found: object[] = [];
  const asked = {
    ...({ table, grain: 'daily', first: FIRST, last: FIRST + DAYS - 1, except: [], least: [] } as const),
    where: [{ column: 'project', test: 'not in', values: ['b'] }] as const,
    by: ['project'],
    period: 'monthly' as const,
    measures: [measure],
    order: [
      { column: 'project', descending: false },
      { column: 'timestamp', descending: false },
    ],
    offset: 0,
    limit: 100,
    ...(asOf === undefined ? {} : { asOf }),
  };
  for await (const { values, ordinals, measures } of warehouse.aggregate(asked, never))
    found.push({ values, ordinals, measures });
  return found;
}

async function stateOf(warehouse: Warehouse, table: Table): Promise<TableState | undefined> {
  return (await warehouse.states(never)).tables.get(table.name);
}

/**
 * The promises about earlier versions.
 * @param runs how many sequences of changes are tried
 */
export function historyConformance(name: string, withWarehouse: With, runs: number): void {
  void describe(`${name}: earlier versions`, () => {
    for (const table of [flatTable, topTable])
      void test(
        `after any changes, ${table.name} can be read as of each version: its rows, sums and coverage are those of then`,
        { timeout: HANGS_MS },
        () =>
          fc.assert(
            fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
              await withWarehouse(async ({ warehouse }) => {
                const moments: { readonly version: number; readonly was: object }[] = [];
                for (const one of steps) {
                  await change(warehouse, table, one);
                  const state = await stateOf(warehouse, table);
                  if (state)
                    moments.push({ version: state.version, was: await served(warehouse, table, state) });
                }
                for (const { version, was } of moments) {
                  const state = (await stateOf(warehouse, table)) as TableState;
                  assert.deepEqual(await served(warehouse, table, state, version), was);
                }
              })();
            }),
            { numRuns: runs },
          ),
      );

    void test(
      'a version that isn’t kept any more can’t be read',
      withWarehouse(async ({ warehouse }) => {
        const add = (number: number): Step => ({
          kind: 'add',
          complete: true,
          cells: [{ project: 'a', type: 'x', day: 0, number }],
        });
        await change(warehouse, flatTable, add(1));
        // A change without a reason: what was before is forgotten.
        await write(warehouse, flatTable, [
          rowsOf(flatTable, 'daily', [rowOf(flatTable, { project: 'a', type: 'x', day: 0, number: 2 })]),
        ]);
        await change(warehouse, flatTable, add(3));
        const state = (await stateOf(warehouse, flatTable)) as TableState;
        assert.deepEqual([state.version, state.history?.base], [3, 2]);
        const day = dateOf(0);
        const views = async (asOf: number) =>
          (await read(warehouse, flatTable, 'daily', day, day, { asOf }))[0]?.[3];
        assert.equal(await views(2), 2);
        await assert.rejects(views(1), EngineError);
      }),
    );
  });
}

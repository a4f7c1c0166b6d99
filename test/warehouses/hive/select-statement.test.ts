import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '../../../src/core/metric/table.ts';
import { type LivePartition, selectStatement } from '../../../src/warehouses/hive/select-statement.ts';
import type { Select } from '../../../src/warehouses/warehouse.ts';
import { flatTable, ordinal, topTable } from '../fixtures.ts';

const live: readonly LivePartition[] = [
  { grain: 'daily', year: 2024, month: 3, version: 5 },
  { grain: 'daily', year: 2024, month: 4, version: 5 },
  { grain: 'daily', year: 2024, month: 5, version: 7 },
];

function question(table: Table, options: Partial<Select> = {}): Select {
  const [first, last] = [ordinal('daily', '20240310'), ordinal('daily', '20240502')];
  return { table, grain: 'daily', first, last, where: [], ...options };
}

function sqlOf(asked: Select, partitions = live, sorted = true): string {
  const sql = selectStatement('kraken', asked, partitions, { sorted })?.sql;
  assert.ok(sql !== undefined);
  return sql;
}

void test('a statement selects what varies, from the live versions, in order', () => {
  const asked = question(flatTable, {
    where: [
      { column: 'project', values: ["o'neill"] },
      { column: 'page_type', values: ['content', '${env:HOME}'] },
    ],
  });
  assert.equal(
    sqlOf(asked),
    [
      'SELECT `page_type`, `timestamp` AS `_stamp`, CAST(`edits` AS DOUBLE) AS `_m0`, CAST(`bytes` AS DOUBLE) AS `_m1`',
      'FROM `kraken`.`test_flat`',
      "WHERE `grain` = 'daily' AND ((`version` = 5 AND `year` IN (2024) AND `month` IN (3, 4)) OR " +
        '(`version` = 7 AND `year` IN (2024) AND `month` IN (5)))' +
        " AND `project` IN ('o\\u0027neill') AND `page_type` IN ('content', '\\u0024{env:HOME}')" +
        " AND `timestamp` BETWEEN '2024031000' AND '2024050200'",
      'ORDER BY `page_type`, `_stamp`',
    ].join('\n'),
  );
});

void test('a top is sorted by rank, then by entry', () => {
  const sql = sqlOf(question(topTable));
  assert.match(
    sql,
    /^SELECT `project`, `article`, `timestamp` AS `_stamp`, CAST\(`rank` AS DOUBLE\) AS `_rank`, /,
  );
  assert.match(sql, /ORDER BY `project`, `_stamp`, `_rank`, `article`$/);
  assert.throws(() => sqlOf(question(topTable, { sumTo: 'monthly' })), TypeError);
});

void test('months are summed by Hive where it sorts, and are left as days where it doesn’t', () => {
  const asked = question(flatTable, { sumTo: 'monthly' });
  const sql = sqlOf(asked);
  assert.match(sql, /CAST\(sum\(`edits`\) AS DOUBLE\) AS `_m0`/);
  assert.match(sql, /GROUP BY `project`, `page_type`, substr\(`timestamp`, 1, 6\)\nORDER BY/);
  assert.doesNotMatch(sqlOf(asked, live, false), /sum|GROUP|ORDER/);
});

void test('twenty years of one version are written once', () => {
  const months = Array.from({ length: 240 }, (_, index) => ({
    grain: 'daily' as const,
    year: 2005 + Math.floor(index / 12),
    month: (index % 12) + 1,
    version: 1,
  }));
  assert.ok(sqlOf(question(flatTable), months).length < 600);
  const changed = months.map((month, index) => (index === 100 ? { ...month, version: 2 } : month));
  const sql = sqlOf(question(flatTable), changed);
  assert.match(
    sql,
    /\(`version` = 1 AND `year` IN \(2013\) AND `month` IN \(1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12\)\)/,
  );
  assert.match(sql, /\(`version` = 2 AND `year` IN \(2013\) AND `month` IN \(5\)\)/);
});

void test('where there can’t be a row there is no statement', () => {
  const none = (asked: Select, partitions = live) =>
    assert.equal(selectStatement('kraken', asked, partitions, { sorted: true }), undefined);
  none(question(flatTable), []);
  none(question(flatTable, { where: [{ column: 'project', values: [] }] }));
  none(question(flatTable, { first: 5, last: 4 }));
  const unknown = question(flatTable, { where: [{ column: 'nothing', values: ['a'] }] });
  assert.throws(() => sqlOf(unknown), TypeError);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis, Grouping } from '../../../src/core/question/analysis.ts';
import { shownHql } from '../../../src/warehouses/hive/analyse.ts';
import { flatTable } from '../fixtures.ts';

/* The statement that people paste into Hive. */

const rows: Grouping = {
  table: flatTable,
  grain: 'daily',
  first: 19_723,
  last: 19_724,
  where: [{ column: 'page_type', test: 'in', values: ["it's"] }],
  except: [],
  least: [],
  by: ['project', 'page_type'],
  period: undefined,
  measures: ['edits'],
};
const asked: Analysis = {
  now: rows,
  divisors: [],
  days: 2,
  cells: [{ is: 'now', measure: 0 }],
  shown: 1,
  having: [],
  order: [
    { by: 0, descending: true },
    { by: 'page_type', descending: false },
    { by: 'project', descending: false },
  ],
  offset: 0,
  limit: 10,
};
const lives = () => [{ grain: 'daily', year: 2024, month: 1, version: 7 }] as const;

void test('it reads the live partitions, and names the columns as the answer does', () => {
  assert.equal(
    shownHql('lake', { asked, names: ['edits'] }, lives),
    [
      "SELECT `project`, 'it\\u0027s' AS `page_type`, `_m0` AS `edits`",
      'FROM (',
      '  SELECT `project`, CAST(sum(`edits`) AS DOUBLE) AS `_m0`',
      '  FROM `lake`.`test_flat`',
      "  WHERE `grain` = 'daily' AND ((`version` = 7 AND `year` IN (2024) AND `month` IN (1))) AND `page_type` IN ('it\\u0027s') AND `timestamp` BETWEEN '2024010100' AND '2024010200'",
      '  GROUP BY `project`',
      ') AS answer',
      'ORDER BY `edits` DESC NULLS LAST, `project` ASC NULLS FIRST',
      'LIMIT 10',
    ].join('\n'),
  );
});

void test('what is computed comes from steps, since Hive takes no WITH inside a subquery', () => {
  const share: Analysis = {
    ...asked,
    cells: [
      {
        is: 'ratio',
        of: { is: 'now', measure: 0 },
        and: { is: 'total', measure: 0, within: [] },
      },
    ],
  };
  const sql = shownHql('lake', { asked: share, names: ['edits_share'] }, lives) ?? '';
  assert.match(sql, /^WITH now_rows AS \(SELECT/);
  assert.match(sql, /,\nanswer AS \(/);
  assert.match(
    sql,
    /\nSELECT `project`, 'it\\u0027s' AS `page_type`, `_c0` AS `edits_share`\nFROM answer\nORDER BY/,
  );
  assert.equal(sql.match(/WITH/g)?.length, 1);
});

void test('without a live partition there is none', () => {
  assert.equal(
    shownHql('lake', { asked, names: ['edits'] }, () => []),
    undefined,
  );
});

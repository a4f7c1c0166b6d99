// Runs in a process of its own: it starts kraken as a process.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { startGateway } from '../support/gateway.ts';
import { Processes } from '../support/process.ts';
import { lacking, python } from '../support/python.ts';

/* docs/superset.md: what Superset does with the lake, by the packages through which it does so. */

const processes = new Processes();
after(() => processes.end());

const PAGE = readFileSync(new URL('../../../docs/superset.md', import.meta.url), 'utf8');

/** Opens the file as Superset does, lists what is in it, and asks as its charts do. */
const ASK = `
import json, sys, duckdb
from sqlalchemy import create_engine, inspect, text
file, uri, query = sys.argv[1:]
connection = duckdb.connect(file)
connection.execute(sys.stdin.read())
connection.close()
engine = create_engine(uri)
views = inspect(engine)
columns = {column['name']: str(column['type']) for column in views.get_columns('edits_aggregate')}
chart = f"""SELECT DATE_TRUNC('month', time) AS month, project, SUM(edits) AS edits FROM ({query}) AS virtual_table
    WHERE time >= TIMESTAMP '2022-11-01 00:00:00' AND time < TIMESTAMP '2023-01-01 00:00:00' AND project IN ('de.wikipedia')
    GROUP BY 1, 2 ORDER BY 1 LIMIT 10000"""
refused = None
with engine.connect() as connection:
    rows = [[str(cell) for cell in row] for row in connection.execute(text(chart))]
    try:
        connection.execute(text("SELECT DATE_TRUNC('month', \\"timestamp\\") FROM edits_aggregate"))
    except Exception as error:
        refused = 'date_trunc' in str(error)
    try:
        connection.execute(text('CREATE TABLE mine (a INT)'))
    except Exception as error:
        readonly = 'read-only' in str(error)
print(json.dumps({'views': views.get_view_names(), 'columns': columns, 'rows': rows, 'refused': refused, 'readonly': readonly}))
`;

void test(
  'SQLAlchemy sees the tables of the lake as views, and charts months of the query on the page',
  { skip: lacking('duckdb', 'duckdb_engine', 'sqlalchemy') },
  async () => {
    const gateway = await startGateway();
    try {
      await gateway.loadSample();
      const { stdout: views } = await processes.run('views', '--data', gateway.folder);
      const folder = processes.folder();
      const file = join(folder, 'kraken.duckdb');
      const uri = /duckdb:\/\/\/\S+/.exec(PAGE)?.[0].replace('/srv/kraken/kraken.duckdb', file) ?? '';
      const query = /```sql\n([^`]+)```/.exec(PAGE)?.[1] ?? '';
      const script = join(folder, 'ask.py');
      await writeFile(script, ASK);
      const asking = promisify(execFile)(python, [script, file, uri, query]);
      asking.child.stdin?.end(views);
      const found = JSON.parse((await asking).stdout) as Record<string, unknown>;
      assert.ok((found['views'] as string[]).includes('pageviews_per_article'));
      assert.deepEqual(
        { ...(found['columns'] as object), rest: undefined },
        {
          project: 'VARCHAR',
          editor_type: 'VARCHAR',
          page_type: 'VARCHAR',
          timestamp: 'VARCHAR',
          edits: 'BIGINT',
          grain: 'VARCHAR',
          year: 'INTEGER',
          month: 'INTEGER',
          version: 'INTEGER',
          rest: undefined,
        },
      );
      const path =
        '/metrics/edits/aggregate/de.wikipedia/all-editor-types/all-page-types/monthly/20221101/20230101';
      const answer = (await gateway.get(path)).body as { items: { results: { edits: number }[] }[] };
      const results = answer.items[0]?.results ?? [];
      assert.deepEqual(found['rows'], [
        ['2022-11-01 00:00:00', 'de.wikipedia', String(results[0]?.edits)],
        ['2022-12-01 00:00:00', 'de.wikipedia', String(results[1]?.edits)],
      ]);
      assert.equal(
        found['refused'],
        true,
        'dates that are texts are cut by DATE_TRUNC now: the page says otherwise',
      );
      assert.equal(found['readonly'], true);
    } finally {
      await gateway.close();
    }
  },
);

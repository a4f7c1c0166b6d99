import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import { identifier, literal } from '../warehouses/lake/sql.ts';
import { MANIFEST } from '../raw/raw-folder.ts';
import { viewFolder } from './view-reader.ts';

/**
 * Returns the view by which an analyst opens the table of page views in DuckDB. It shows only files that are live when
 * it is read.
 * @param lake the lake's folder as an absolute path, so that the view works from any folder
 */
export function viewOfViews(lake: string): string {
  const root = `${viewFolder(lake)}/`;
  const columns = VIEW_EVENTS.dimensions.map(({ name }) => `f.${identifier(name)}`);
  const partitions = ['year', 'month', 'day', 'hour'];
  const types = partitions.map((name) => `'${name}': INTEGER`);
  const paths = (member: string) => `{'${member}': 'MAP(VARCHAR, STRUCT(path VARCHAR))'}`;
  return [
    `CREATE OR REPLACE VIEW ${identifier(VIEW_EVENTS.name)} AS`,
    `SELECT ${[...columns, ...partitions.map((name) => `f.${identifier(name)}`)].join(', ')}`,
    `FROM read_parquet(${literal(`${root}year=*/month=*/day=*/hour=*/version=*/*.parquet`)}, filename = true, hive_partitioning = true,`,
    `  hive_types = {${types.join(', ')}, 'version': VARCHAR}) AS f`,
    'WHERE f.filename IN (',
    `  SELECT ${literal(root)} || hours.path`,
    `  FROM (SELECT unnest(map_values(d.hours)) AS hours FROM read_json(${literal(`${root}_days/*.json`)}, filename = true, columns = ${paths('hours')}) AS d`,
    `    WHERE d.filename IN (SELECT ${literal(root)} || unnest(map_values(m.days)).path`,
    `      FROM read_json(${literal(`${root}${MANIFEST}`)}, columns = ${paths('days')}) AS m)) AS live);`,
    '',
  ].join('\n');
}

CREATE OR REPLACE VIEW "edited_pages_new" AS
SELECT
  f."project" AS "project",
  f."editor_type" AS "editor_type",
  f."page_type" AS "page_type",
  f."timestamp" AS "timestamp",
  f."new_pages" AS "new_pages",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/edited_pages_new/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/edited_pages_new/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/edited_pages_new/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

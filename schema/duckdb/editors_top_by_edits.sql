CREATE OR REPLACE VIEW "editors_top_by_edits" AS
SELECT
  f."project" AS "project",
  f."editor_type" AS "editor_type",
  f."page_type" AS "page_type",
  f."timestamp" AS "timestamp",
  f."user_text" AS "user_text",
  f."rank" AS "rank",
  f."edits" AS "edits",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/editors_top_by_edits/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/editors_top_by_edits/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/editors_top_by_edits/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

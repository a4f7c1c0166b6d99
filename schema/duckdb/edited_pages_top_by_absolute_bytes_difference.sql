CREATE OR REPLACE VIEW "edited_pages_top_by_absolute_bytes_difference" AS
SELECT
  f."project" AS "project",
  f."editor_type" AS "editor_type",
  f."page_type" AS "page_type",
  f."timestamp" AS "timestamp",
  f."page_title" AS "page_title",
  f."rank" AS "rank",
  f."abs_bytes_diff" AS "abs_bytes_diff",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/edited_pages_top_by_absolute_bytes_difference/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/edited_pages_top_by_absolute_bytes_difference/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/edited_pages_top_by_absolute_bytes_difference/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

CREATE OR REPLACE VIEW "editors_aggregate" AS
SELECT
  f."project" AS "project",
  f."editor_type" AS "editor_type",
  f."page_type" AS "page_type",
  f."activity_level" AS "activity_level",
  f."timestamp" AS "timestamp",
  f."editors" AS "editors",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/editors_aggregate/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/editors_aggregate/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/editors_aggregate/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

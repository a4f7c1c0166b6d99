CREATE OR REPLACE VIEW "editors_by_country" AS
SELECT
  f."project" AS "project",
  f."activity_level" AS "activity_level",
  f."timestamp" AS "timestamp",
  f."country" AS "country",
  f."rank" AS "rank",
  f."editors_ceil" AS "editors_ceil",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/editors_by_country/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/editors_by_country/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/editors_by_country/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

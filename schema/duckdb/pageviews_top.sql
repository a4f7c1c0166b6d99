CREATE OR REPLACE VIEW "pageviews_top" AS
SELECT
  f."project" AS "project",
  f."access" AS "access",
  f."timestamp" AS "timestamp",
  f."article" AS "article",
  f."rank" AS "rank",
  f."views" AS "views",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/pageviews_top/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/pageviews_top/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/pageviews_top/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

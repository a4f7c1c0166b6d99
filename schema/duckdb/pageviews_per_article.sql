CREATE OR REPLACE VIEW "pageviews_per_article" AS
SELECT
  f."project" AS "project",
  f."access" AS "access",
  f."agent" AS "agent",
  f."article" AS "article",
  f."timestamp" AS "timestamp",
  f."views" AS "views",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/pageviews_per_article/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/pageviews_per_article/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/pageviews_per_article/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

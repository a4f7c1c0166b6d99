CREATE OR REPLACE VIEW "pageviews_top_per_country" AS
SELECT
  f."country" AS "country",
  f."access" AS "access",
  f."timestamp" AS "timestamp",
  f."article" AS "article",
  f."project" AS "project",
  f."rank" AS "rank",
  f."views_ceil" AS "views_ceil",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/pageviews_top_per_country/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/pageviews_top_per_country/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/pageviews_top_per_country/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

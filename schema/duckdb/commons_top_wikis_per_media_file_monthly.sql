CREATE OR REPLACE VIEW "commons_top_wikis_per_media_file_monthly" AS
SELECT
  f."media_file" AS "media_file",
  f."timestamp" AS "timestamp",
  f."wiki" AS "wiki",
  f."rank" AS "rank",
  f."pageview_count" AS "pageview_count",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/commons_top_wikis_per_media_file_monthly/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/commons_top_wikis_per_media_file_monthly/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/commons_top_wikis_per_media_file_monthly/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

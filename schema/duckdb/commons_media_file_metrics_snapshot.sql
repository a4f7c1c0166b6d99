CREATE OR REPLACE VIEW "commons_media_file_metrics_snapshot" AS
SELECT
  f."media_file" AS "media_file",
  f."timestamp" AS "timestamp",
  f."leveraging_wiki_count" AS "leveraging_wiki_count",
  f."leveraging_page_count" AS "leveraging_page_count",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/commons_media_file_metrics_snapshot/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/commons_media_file_metrics_snapshot/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/commons_media_file_metrics_snapshot/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

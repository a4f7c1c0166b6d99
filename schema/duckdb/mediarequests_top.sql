CREATE OR REPLACE VIEW "mediarequests_top" AS
SELECT
  f."referer" AS "referer",
  f."media_type" AS "media_type",
  f."timestamp" AS "timestamp",
  f."file_path" AS "file_path",
  f."rank" AS "rank",
  f."requests" AS "requests",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/mediarequests_top/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/mediarequests_top/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/mediarequests_top/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

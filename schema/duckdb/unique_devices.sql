CREATE OR REPLACE VIEW "unique_devices" AS
SELECT
  f."project" AS "project",
  f."access_site" AS "access_site",
  f."timestamp" AS "timestamp",
  f."devices" AS "devices",
  f."offset" AS "offset",
  f."underestimate" AS "underestimate",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/unique_devices/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/unique_devices/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/unique_devices/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

CREATE OR REPLACE VIEW "knowledge_gap_per_category" AS
SELECT
  f."project" AS "project",
  f."content_gap" AS "content_gap",
  f."category" AS "category",
  f."metric" AS "metric",
  f."timestamp" AS "timestamp",
  f."value" AS "value",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/knowledge_gap_per_category/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/knowledge_gap_per_category/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/knowledge_gap_per_category/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

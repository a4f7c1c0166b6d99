CREATE OR REPLACE VIEW "commons_top_edited_categories_monthly" AS
SELECT
  f."category_scope" AS "category_scope",
  f."edit_type" AS "edit_type",
  f."timestamp" AS "timestamp",
  f."category" AS "category",
  f."rank" AS "rank",
  f."edit_count" AS "edit_count",
  f."grain" AS "grain",
  f."year" AS "year",
  f."month" AS "month",
  f."version" AS "version"
FROM read_parquet('data/lake/commons_top_edited_categories_monthly/grain=*/year=*/month=*/version=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f
WHERE f.filename IN (
  SELECT 'data/lake/commons_top_edited_categories_monthly/' || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))
  FROM read_json('data/lake/commons_top_edited_categories_monthly/_manifest.json',
    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);

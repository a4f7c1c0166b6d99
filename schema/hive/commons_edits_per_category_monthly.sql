CREATE EXTERNAL TABLE IF NOT EXISTS `commons_edits_per_category_monthly` (
  `category` STRING,
  `category_scope` STRING,
  `edit_type` STRING,
  `timestamp` STRING,
  `edit_count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_edits_per_category_monthly';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `commons_edits_per_category_monthly`;

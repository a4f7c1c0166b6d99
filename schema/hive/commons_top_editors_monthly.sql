CREATE EXTERNAL TABLE IF NOT EXISTS `commons_top_editors_monthly` (
  `category` STRING,
  `category_scope` STRING,
  `edit_type` STRING,
  `timestamp` STRING,
  `user_name` STRING,
  `rank` BIGINT,
  `edit_count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_top_editors_monthly';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `commons_top_editors_monthly`;

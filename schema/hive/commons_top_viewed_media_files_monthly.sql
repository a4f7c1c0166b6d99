CREATE EXTERNAL TABLE IF NOT EXISTS `commons_top_viewed_media_files_monthly` (
  `category` STRING,
  `category_scope` STRING,
  `wiki` STRING,
  `timestamp` STRING,
  `media_file` STRING,
  `rank` BIGINT,
  `pageview_count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_top_viewed_media_files_monthly';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `commons_top_viewed_media_files_monthly`;

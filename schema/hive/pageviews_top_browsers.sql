CREATE EXTERNAL TABLE IF NOT EXISTS `pageviews_top_browsers` (
  `project` STRING,
  `access` STRING,
  `timestamp` STRING,
  `browser` STRING,
  `system` STRING,
  `rank` BIGINT,
  `views_ceil` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/pageviews_top_browsers';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `pageviews_top_browsers`;

CREATE EXTERNAL TABLE IF NOT EXISTS `pageviews_top` (
  `project` STRING,
  `access` STRING,
  `timestamp` STRING,
  `article` STRING,
  `rank` BIGINT,
  `views` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/pageviews_top';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `pageviews_top`;

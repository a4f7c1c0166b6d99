CREATE EXTERNAL TABLE IF NOT EXISTS `pageviews_aggregate` (
  `project` STRING,
  `access` STRING,
  `agent` STRING,
  `timestamp` STRING,
  `views` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/pageviews_aggregate';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `pageviews_aggregate`;

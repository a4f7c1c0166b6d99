CREATE EXTERNAL TABLE IF NOT EXISTS `events` (
  `stream` STRING,
  `outcome` STRING,
  `timestamp` STRING,
  `events` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/events';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `events`;

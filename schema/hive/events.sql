CREATE EXTERNAL TABLE IF NOT EXISTS `events` (
  `stream` STRING,
  `outcome` STRING,
  `timestamp` STRING,
  `events` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/events';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `events`;

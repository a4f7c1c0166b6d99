CREATE EXTERNAL TABLE IF NOT EXISTS `clickstream` (
  `project` STRING,
  `article` STRING,
  `timestamp` STRING,
  `previous` STRING,
  `rank` BIGINT,
  `views` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/clickstream';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `clickstream`;

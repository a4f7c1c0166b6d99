CREATE EXTERNAL TABLE IF NOT EXISTS `unique_devices` (
  `project` STRING,
  `access_site` STRING,
  `timestamp` STRING,
  `devices` BIGINT,
  `offset` BIGINT,
  `underestimate` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/unique_devices';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `unique_devices`;

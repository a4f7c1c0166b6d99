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
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `unique_devices`;

CREATE EXTERNAL TABLE IF NOT EXISTS `editors_by_country` (
  `project` STRING,
  `activity_level` STRING,
  `timestamp` STRING,
  `country` STRING,
  `rank` BIGINT,
  `editors_ceil` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/editors_by_country';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `editors_by_country`;

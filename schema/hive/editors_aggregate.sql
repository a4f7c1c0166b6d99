CREATE EXTERNAL TABLE IF NOT EXISTS `editors_aggregate` (
  `project` STRING,
  `editor_type` STRING,
  `page_type` STRING,
  `activity_level` STRING,
  `timestamp` STRING,
  `editors` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/editors_aggregate';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `editors_aggregate`;

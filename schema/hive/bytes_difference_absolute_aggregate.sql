CREATE EXTERNAL TABLE IF NOT EXISTS `bytes_difference_absolute_aggregate` (
  `project` STRING,
  `editor_type` STRING,
  `page_type` STRING,
  `timestamp` STRING,
  `abs_bytes_diff` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/bytes_difference_absolute_aggregate';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `bytes_difference_absolute_aggregate`;

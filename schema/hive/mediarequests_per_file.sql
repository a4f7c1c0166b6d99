CREATE EXTERNAL TABLE IF NOT EXISTS `mediarequests_per_file` (
  `referer` STRING,
  `agent` STRING,
  `file_path` STRING,
  `timestamp` STRING,
  `requests` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/mediarequests_per_file';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `mediarequests_per_file`;

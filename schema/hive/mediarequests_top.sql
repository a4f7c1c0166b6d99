CREATE EXTERNAL TABLE IF NOT EXISTS `mediarequests_top` (
  `referer` STRING,
  `media_type` STRING,
  `timestamp` STRING,
  `file_path` STRING,
  `rank` BIGINT,
  `requests` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/mediarequests_top';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `mediarequests_top`;

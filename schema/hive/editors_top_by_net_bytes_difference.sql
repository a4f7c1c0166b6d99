CREATE EXTERNAL TABLE IF NOT EXISTS `editors_top_by_net_bytes_difference` (
  `project` STRING,
  `editor_type` STRING,
  `page_type` STRING,
  `timestamp` STRING,
  `user_text` STRING,
  `rank` BIGINT,
  `net_bytes_diff` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/editors_top_by_net_bytes_difference';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `editors_top_by_net_bytes_difference`;

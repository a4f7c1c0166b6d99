CREATE EXTERNAL TABLE IF NOT EXISTS `edits_per_page` (
  `project` STRING,
  `page_title` STRING,
  `editor_type` STRING,
  `timestamp` STRING,
  `edits` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/edits_per_page';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `edits_per_page`;

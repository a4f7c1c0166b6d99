CREATE EXTERNAL TABLE IF NOT EXISTS `edited_pages_top_by_edits` (
  `project` STRING,
  `editor_type` STRING,
  `page_type` STRING,
  `timestamp` STRING,
  `page_title` STRING,
  `rank` BIGINT,
  `edits` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/edited_pages_top_by_edits';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `edited_pages_top_by_edits`;

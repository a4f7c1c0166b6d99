CREATE EXTERNAL TABLE IF NOT EXISTS `commons_media_file_metrics_snapshot` (
  `media_file` STRING,
  `timestamp` STRING,
  `leveraging_wiki_count` BIGINT,
  `leveraging_page_count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_media_file_metrics_snapshot';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `commons_media_file_metrics_snapshot`;

CREATE EXTERNAL TABLE IF NOT EXISTS `commons_media_file_metrics_snapshot` (
  `media_file` STRING,
  `timestamp` STRING,
  `leveraging_wiki_count` BIGINT,
  `leveraging_page_count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_media_file_metrics_snapshot';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `commons_media_file_metrics_snapshot`;

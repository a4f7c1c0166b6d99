CREATE EXTERNAL TABLE IF NOT EXISTS `commons_category_metrics_snapshot` (
  `category` STRING,
  `timestamp` STRING,
  `media_file_count` BIGINT,
  `media_file_count_deep` BIGINT,
  `used_media_file_count` BIGINT,
  `used_media_file_count_deep` BIGINT,
  `leveraging_wiki_count` BIGINT,
  `leveraging_wiki_count_deep` BIGINT,
  `leveraging_page_count` BIGINT,
  `leveraging_page_count_deep` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/commons_category_metrics_snapshot';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `commons_category_metrics_snapshot`;

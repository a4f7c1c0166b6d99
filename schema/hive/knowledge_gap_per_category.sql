CREATE EXTERNAL TABLE IF NOT EXISTS `knowledge_gap_per_category` (
  `project` STRING,
  `content_gap` STRING,
  `category` STRING,
  `metric` STRING,
  `timestamp` STRING,
  `value` DOUBLE
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/knowledge_gap_per_category';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `knowledge_gap_per_category`;

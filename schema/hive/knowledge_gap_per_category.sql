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
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `knowledge_gap_per_category`;

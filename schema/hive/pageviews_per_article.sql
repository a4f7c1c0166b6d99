CREATE EXTERNAL TABLE IF NOT EXISTS `pageviews_per_article` (
  `project` STRING,
  `access` STRING,
  `agent` STRING,
  `article` STRING,
  `timestamp` STRING,
  `views` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/pageviews_per_article';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `pageviews_per_article`;

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
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `pageviews_per_article`;

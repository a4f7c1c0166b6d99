CREATE EXTERNAL TABLE IF NOT EXISTS `registered_users_new` (
  `project` STRING,
  `timestamp` STRING,
  `new_registered_users` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/registered_users_new';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `registered_users_new`;

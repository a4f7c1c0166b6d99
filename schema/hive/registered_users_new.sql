CREATE EXTERNAL TABLE IF NOT EXISTS `registered_users_new` (
  `project` STRING,
  `timestamp` STRING,
  `new_registered_users` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/registered_users_new';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `registered_users_new`;

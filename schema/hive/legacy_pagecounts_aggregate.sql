CREATE EXTERNAL TABLE IF NOT EXISTS `legacy_pagecounts_aggregate` (
  `project` STRING,
  `access_site` STRING,
  `timestamp` STRING,
  `count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/legacy_pagecounts_aggregate';
-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.
-- `kraken adopt` adds only the live ones instead.
MSCK REPAIR TABLE `legacy_pagecounts_aggregate`;

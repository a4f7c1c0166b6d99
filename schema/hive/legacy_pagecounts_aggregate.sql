CREATE EXTERNAL TABLE IF NOT EXISTS `legacy_pagecounts_aggregate` (
  `project` STRING,
  `access_site` STRING,
  `timestamp` STRING,
  `count` BIGINT
)
PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)
STORED AS PARQUET
LOCATION 'hdfs:///kraken/lake/legacy_pagecounts_aggregate';
-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are
-- found as well: `kraken adopt` adds exactly those that count.
MSCK REPAIR TABLE `legacy_pagecounts_aggregate`;

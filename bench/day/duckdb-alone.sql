-- What DuckDB alone needs for a day of raw requests, with no rules at all: the same raw rows copied to the columns of
-- views, and the group-bys of the metrics about views, into Parquet. `kraken refine` and `kraken aggregate` are
-- compared with it. {raw} is the list of the raw files, {out} a folder.
-- A method stands for the way of access, and a status for the agent, so that there are as many groups.

COPY (
  SELECT uri_host AS project, uri_path AS article, '' AS namespace, http_method AS access, http_status AS agent,
    '' AS agent_rule, '--' AS country, '' AS referer_class, '' AS referer_name, coalesce(referer, '') AS referer_host,
    '' AS previous, coalesce(user_agent, '') AS browser_family, '' AS browser_major, '' AS os_family, '' AS os_major,
    '' AS device_family, coalesce(x_analytics, '') AS last_access, '' AS no_cookies, coalesce(ip, '') AS actor,
    'webrequest' AS source, meta.id AS event_id, dt, replace(left(dt, 13), 'T', '-') AS timestamp
  FROM read_parquet({raw}, union_by_name = true)
) TO '{out}/views.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, access, agent, article, left(timestamp, 10) AS day, count(*) AS views
  FROM read_parquet('{out}/views.parquet') GROUP BY project, article, day, CUBE (access, agent)
) TO '{out}/per-article.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, access, agent, 'hourly' AS grain, timestamp, count(*) AS views
  FROM read_parquet('{out}/views.parquet') GROUP BY project, timestamp, CUBE (access, agent)
  UNION ALL SELECT project, access, agent, 'daily', left(timestamp, 10) AS day, count(*)
  FROM read_parquet('{out}/views.parquet') GROUP BY project, day, CUBE (access, agent)
  UNION ALL SELECT project, access, agent, 'monthly', left(timestamp, 7) AS month, count(*)
  FROM read_parquet('{out}/views.parquet') GROUP BY project, month, CUBE (access, agent)
) TO '{out}/aggregate.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT * FROM (
    SELECT *, rank() OVER (PARTITION BY project, access, period ORDER BY views DESC) AS rank FROM (
      SELECT project, access, article, left(timestamp, 10) AS period, count(*) AS views
      FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, article, period, CUBE (access)
      UNION ALL SELECT project, access, article, left(timestamp, 7) AS period, count(*)
      FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, article, period, CUBE (access)
    )
  ) WHERE rank <= 1000
) TO '{out}/top.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, access, day, sum(views) AS views, count(*) FILTER (views = 1) AS once FROM (
    SELECT project, access, actor, left(timestamp, 10) AS day, count(*) AS views
    FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, access, actor, day
  ) GROUP BY project, day, CUBE (access)
) TO '{out}/devices.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, access, left(timestamp, 10) AS day, referer_host, count(*) AS views
  FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, day, referer_host, CUBE (access)
  HAVING count(*) >= 10
) TO '{out}/referers.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, access, left(timestamp, 10) AS day, browser_family, os_family, count(*) AS views
  FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, day, browser_family, os_family, CUBE (access)
  HAVING count(*) >= 10
) TO '{out}/browsers.parquet' (FORMAT parquet, COMPRESSION zstd);

COPY (
  SELECT project, article, left(timestamp, 7) AS month, referer_host AS previous, count(*) AS views
  FROM read_parquet('{out}/views.parquet') WHERE agent = '200' GROUP BY project, article, month, previous
  HAVING count(*) >= 10
) TO '{out}/clickstream.parquet' (FORMAT parquet, COMPRESSION zstd);

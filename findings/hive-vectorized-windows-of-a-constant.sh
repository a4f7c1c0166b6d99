#!/usr/bin/env bash
# Apache Hive 4.0.1 with Tez 0.10.4 (local mode), Hadoop 3.3.6, on Java 17; everything in one process
# Expected: a window function adds a column, and leaves those beside it as they are.
# Seen: where PARTITION BY names a column that WHERE holds to one value, vectorized windows, which are on by default, put
# that value into another column, too: access is "bot", which no row has. It needs no more than two rows.
# For Kraken: its sessions of Hive SET hive.vectorized.execution.ptf.enabled=false; docs/analysts.md tells analysts to.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId><artifactId>hive</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.hive</groupId><artifactId>hive-exec</artifactId><version>4.0.1</version></dependency>
    <dependency>
      <groupId>org.apache.hive</groupId><artifactId>hive-standalone-metastore-server</artifactId><version>4.0.1</version>
      <exclusions>
        <exclusion><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId></exclusion>
        <exclusion><groupId>sqlline</groupId><artifactId>sqlline</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client</artifactId><version>3.3.6</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-hdfs</artifactId><version>3.3.6</version></dependency>
    <dependency>
      <groupId>org.apache.tez</groupId><artifactId>tez-dag</artifactId><version>0.10.4</version>
      <exclusions><exclusion><groupId>com.microsoft.sqlserver</groupId><artifactId>mssql-jdbc</artifactId></exclusion></exclusions>
    </dependency>
    <dependency><groupId>org.apache.tez</groupId><artifactId>tez-mapreduce</artifactId><version>0.10.4</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
mkdir conf
cat >conf/hive-site.xml <<XML
<configuration>
  <property><name>javax.jdo.option.ConnectionURL</name><value>jdbc:derby:;databaseName=$folder/metastore;create=true</value></property>
  <property><name>javax.jdo.option.ConnectionDriverName</name><value>org.apache.derby.jdbc.EmbeddedDriver</value></property>
  <property><name>datanucleus.schema.autoCreateAll</name><value>true</value></property>
  <property><name>hive.metastore.schema.verification</name><value>false</value></property>
  <property><name>hive.metastore.event.db.notification.api.auth</name><value>false</value></property>
  <property><name>hive.metastore.warehouse.dir</name><value>file://$folder/warehouse</value></property>
  <property><name>hive.metastore.warehouse.external.dir</name><value>file://$folder/external</value></property>
  <property><name>hive.exec.scratchdir</name><value>file://$folder/scratch</value></property>
  <property><name>hive.exec.local.scratchdir</name><value>$folder/local</value></property>
  <property><name>hive.security.authorization.enabled</name><value>false</value></property>
  <property><name>hive.support.concurrency</name><value>false</value></property>
  <property><name>hive.execution.engine</name><value>tez</value></property>
  <property><name>hive.tez.container.size</name><value>256</value></property>
  <property><name>tez.local.mode</name><value>true</value></property>
  <property><name>tez.local.mode.without.network</name><value>true</value></property>
  <property><name>tez.ignore.lib.uris</name><value>true</value></property>
  <property><name>tez.staging-dir</name><value>$folder/tez</value></property>
  <property><name>tez.am.tez-ui.webservice.enable</name><value>false</value></property>
  <property><name>tez.runtime.io.sort.mb</name><value>32</value></property>
  <property><name>fs.defaultFS</name><value>file:///</value></property>
</configuration>
XML
cat >Windows.java <<'JAVA'
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.ql.IDriver;
import org.apache.hadoop.hive.ql.DriverFactory;
import org.apache.hadoop.hive.ql.session.SessionState;

public class Windows {
  public static void main(String[] arguments) throws Exception {
    HiveConf conf = new HiveConf();
    SessionState session = new SessionState(conf);
    SessionState.start(session);
    run(conf, "CREATE TEMPORARY TABLE views STORED AS ORC AS SELECT * FROM (SELECT 'en' wiki, 'bot' agent, 'mobile' access, 1 nth, CAST(10 AS DOUBLE) views"
        + " UNION ALL SELECT 'de', 'bot', 'desktop', 1, 20 UNION ALL SELECT 'de', 'user', 'desktop', 1, 30) r");
    String query = "SELECT wiki, agent, access, sum(views) OVER (PARTITION BY wiki, agent, access ORDER BY nth) FROM views WHERE agent = 'bot'";
    for (String vectorized : new String[] {"false", "true"}) {
      conf.set("hive.vectorized.execution.ptf.enabled", vectorized);
      System.out.println("vectorized " + vectorized + ": " + run(conf, query));
    }
    session.close();
    System.exit(0);
  }

  private static List<String> run(HiveConf conf, String sql) throws Exception {
    try (IDriver driver = DriverFactory.newDriver(conf)) {
      driver.run(sql);
      List<String> rows = new ArrayList<>();
      driver.getResults(rows);
      return rows;
    }
  }
}
JAVA
opens=()
for name in lang lang.reflect io net nio util util.concurrent util.concurrent.atomic util.regex time text math; do
  opens+=("--add-opens=java.base/java.$name=ALL-UNNAMED")
done
for name in nio.ch nio.cs security.action util.calendar; do opens+=("--add-opens=java.base/sun.$name=ALL-UNNAMED"); done
java -Xss8m "${opens[@]}" -cp "conf:$(cat classpath)" Windows.java >log 2>&1 || { tail -20 log >&2; exit 1; }
seen="$(grep '^vectorized ' log | tr '\t' ' ')"
printf '%s\n' "$seen"
[[ "$seen" == 'vectorized false: [de bot desktop 20.0, en bot mobile 10.0]
vectorized true: [de bot bot 20.0, en bot bot 10.0]' ]] || { echo 'CHANGED' >&2; exit 1; }

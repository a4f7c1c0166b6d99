#!/usr/bin/env bash
# Apache Pig 0.17.0 with Hadoop 3.3.6, on Java 17, local mode
# Expected: LIMIT after ORDER gives the first rows, as Pig's manual recommends for the top of a list.
# Seen: ORDER alone works; with LIMIT behind it the job fails while its plan is read back ("Deserialization error":
# a key of the plan is hashed before its members are set), and nothing is printed.
# For Kraken: the Pig script of docs/analysts.md sorts without LIMIT and says why.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId><artifactId>pig</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.pig</groupId><artifactId>pig</artifactId><version>0.17.0</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client</artifactId><version>3.3.6</version></dependency>
    <dependency><groupId>org.python</groupId><artifactId>jython-standalone</artifactId><version>2.7.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath
printf '3\n1\n2\n5\n4\n' >numbers
cat >order.pig <<'PIG'
numbers = LOAD 'numbers' AS (number:int);
sorted = ORDER numbers BY number DESC;
DUMP sorted;
PIG
sed 's/^DUMP.*/first = LIMIT sorted 2;\nDUMP first;/' order.pig >limit.pig
pig() { java -cp "$(cat classpath)" org.apache.pig.Main -x local "$1" 2>"$1.log" | tr -d '\n' || true; }
seen="ORDER: $(pig order.pig)
LIMIT: $(pig limit.pig)
$(grep -o 'Deserialization error: Cannot invoke "[^"]*"' limit.pig.log | head -1)"
printf '%s\n' "$seen"
[[ "$seen" == 'ORDER: (5)(4)(3)(2)(1)
LIMIT: 
Deserialization error: Cannot invoke "org.apache.pig.impl.plan.OperatorKey.hashCode()"' ]] || { echo 'CHANGED' >&2; exit 1; }

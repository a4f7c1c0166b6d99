#!/usr/bin/env bash
# Apache Pig 0.17.0
# Expected: `-param name=value` takes all that stands behind the first `=`, as every shell, make and java -D do. Folders
# of partitioned tables are called `year=2024`.
# Seen: a value that begins with a name and `=` ends there, without a word: `-param file=year=2024/rows` reads `year`
# (`lake/year=2024/rows` is taken whole). The same value in a -param_file, in quotes, is taken whole.
# For Kraken: the Pig script of docs/analysts.md gets its files by -param_file.
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
printf "rows = LOAD '\$file';\nDUMP rows;\n" >rows.pig
printf 'file="year=2024/rows"\n' >file.param
# A dry run writes down the script with its parameters filled in, and runs nothing.
filled() {
  rm -f rows.pig.substituted
  java -cp "$(cat classpath)" org.apache.pig.Main -x local -dryrun "$@" rows.pig >log 2>&1
  head -1 rows.pig.substituted
}
seen="-param: $(filled -param file=year=2024/rows)
-param_file: $(filled -param_file file.param)"
printf '%s\n' "$seen"
[[ "$seen" == "-param: rows = LOAD 'year';
-param_file: rows = LOAD 'year=2024/rows';" ]] || { echo 'CHANGED' >&2; exit 1; }

#!/usr/bin/env bash
# Runs a class on a cluster of this machine, whose executors are JVMs of one core each:
#
#     spark/local.sh org.lanewise.spark.ClusterCosts
#     spark/local.sh org.lanewise.spark.ImageFolders lenet-5 TRAIN TEST 3
#
# EXECUTORS=4 makes four in place of two, MEMORY=1g gives each less than 3g.
# Needs JAVA_HOME, and the library in the local repository: mvn install -DskipTests in the folder above.
set -euo pipefail
java=${JAVA_HOME:?is not set: name the folder of a JDK 25}
calls=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
mvn -q -B compile dependency:build-classpath -Dmdep.outputFile=target/classpath </dev/null
classes=$PWD/target/classes:$(cat target/classpath)
mkdir -p target/spark-home/jars
quiet=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
opens=()
for package in lang lang.invoke io net nio util util.concurrent util.concurrent.atomic; do
    opens+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
for package in nio.ch nio.cs security.action util.calendar; do
    opens+=("--add-opens=java.base/sun.$package=ALL-UNNAMED")
done
here=$PWD
cd "$calls"
SPARK_HOME=$here/target/spark-home SPARK_LOCAL_IP=127.0.0.1 \
    "$java/bin/java" -Xmx4g --add-modules=jdk.incubator.vector "${quiet[@]}" "${opens[@]}" \
    -Dspark.master="local-cluster[${EXECUTORS:-2},1,8192]" -Dspark.executor.memory="${MEMORY:-3g}" \
    -Dspark.executorEnv.SPARK_SCALA_VERSION=2.13 -Dspark.executorEnv.JAVA_HOME="$java" \
    -Dspark.executor.extraClassPath="$classes" -Dspark.executor.extraJavaOptions="${quiet[*]}" \
    -Dspark.driver.host=127.0.0.1 -Dspark.driver.bindAddress=127.0.0.1 -Dspark.ui.enabled=false \
    -Dspark.driver.maxResultSize=4g -cp "$classes" "$@"

#!/usr/bin/env bash
# Builds and runs src/test/embedding against the packaged library, as a stranger's project would use
# it: from a local repository that holds nothing else, as a module and on the class path.
#
# Needs the jars of a build: mvn package
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

maven() {
    mvn -B -q -Dmaven.repo.local="$room/repository" "$@" </dev/null
}

# runs WAY: the program must learn, with the vector kernels.
runs() {
    local way=$1
    (cd "$room/$way" && maven compile "exec:exec@$way") >"$room/said" 2>&1 || {
        cat "$room/said"
        exit 1
    }
    grep -E 'loops VECTOR, last loss 0\.[01][0-9]*, accuracy on new bars 1\.00' "$room/said" || {
        cat "$room/said"
        echo "FAILED on the $way: expected the vector kernels and every bar classified correctly"
        exit 1
    }
}

library=$project/target/$(cd "$project/target" && ls lanewise-*.jar | grep -v -e -sources -e -javadoc -e -cli)
maven org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file -Dfile="$library" \
    -DpomFile="$project/pom.xml"
for way in module-path class-path; do
    cp -R "$project/src/test/embedding" "$room/$way"
    rm -rf "$room/$way/target"
done
rm "$room/class-path/src/main/java/module-info.java"
runs module-path
runs class-path
# What serves the commands alone must not have come along.
for stranger in info/picocli com/fasterxml/jackson org/webjars org/tribuo com/google/protobuf de/siegmar; do
    if [ -e "$room/repository/$stranger" ]; then
        echo "FAILED: the library brings $stranger"
        exit 1
    fi
done
echo "all passed"

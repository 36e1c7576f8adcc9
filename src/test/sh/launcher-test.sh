#!/usr/bin/env bash
# Tests ./lanewise. Most cases run against JDKs and a Maven made of a few lines of shell, in a copy
# of the project, so that they are quick and see only what they are meant to see; the last ones
# build and run for real.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
room=$(cd -P "$(mktemp -d)" && pwd)
trap 'rm -rf "$room"' EXIT
failures=0
unset JAVA_HOME LANEWISE_JAVA_OPTS LANEWISE_JDK_PLACES

# Says what was run, what it printed and what was expected.
fail() {
    failures=$((failures + 1))
    printf 'FAILED %s: %s\n' "$name" "$*"
    sed 's/^/    out: /' "$room/out"
    sed 's/^/    err: /' "$room/err"
}

# run NAME COMMAND...: runs the command; the checks after it look at what it did.
run() {
    name=$1
    shift
    "$@" >"$room/out" 2>"$room/err" </dev/null
    status=$?
    printf 'case %s\n' "$name"
}

exits() { [ "$status" = "$1" ] || fail "exit status $status, expected $1"; }
prints() { grep -qF -- "$1" "$room/out" || fail "stdout lacks: $1"; }
complains() { grep -qF -- "$1" "$room/err" || fail "stderr lacks: $1"; }
silent() { [ ! -s "$room/err" ] || fail "stderr should be empty"; }

# fake_jdk FOLDER VERSION: its java says which one it is, where it runs and what it was given.
fake_jdk() {
    mkdir -p "$1/bin"
    printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$2" >"$1/release"
    cat >"$1/bin/java" <<'JAVA'
#!/bin/sh
printf 'process: %s\n' $$
printf 'java home: %s\n' "$(cd "$(dirname "$0")/.." && pwd)"
printf 'in: %s\n' "$(pwd)"
printf 'argument: %s\n' "$@"
for last; do :; done
[ "$last" = seven ] && exit 7
[ "$last" = wait ] && exec sleep 60
exit 0
JAVA
    printf '#!/bin/sh\n' >"$1/bin/javac"
    chmod +x "$1/bin/java" "$1/bin/javac"
}

# A copy of the project with nothing built, at the given place.
copy_project() {
    mkdir -p "$1"
    cp -R "$project/lanewise" "$project/pom.xml" "$project/LICENSE" "$project/NOTICE" "$1"
    mkdir "$1/src"
    cp -R "$project/src/build" "$project/src/main" "$project/src/assembly" "$1/src"
}

# Makes the copy look built.
pretend_built() {
    mkdir -p "$copy/target"
    : >"$copy/target/lanewise-cli.jar"
}

# The system's commands without its java and mvn.
mkdir "$room/bin"
for tool in bash sh env basename cat chmod cp dirname find ln mkdir mv pwd readlink rm sed sleep tail touch; do
    ln -s "$(type -P "$tool")" "$room/bin/$tool"
done
mkdir "$room/no JDKs"
fake_jdk "$room/jdks/seventeen" 17.0.15
fake_jdk "$room/jdks/eight" 1.8.0_402
fake_jdk "$room/jdks/twenty-six" 26-ea
fake_jdk "$room/more jdks/neue für alle" 25.0.3
fake_jdk "$room/other/twenty-five" 25-ea
copy=$room/copy
copy_project "$copy"
pretend_built
both="$room/jdks:$room/more jdks"
seventeen=$room/jdks/seventeen
new="$room/more jdks/neue für alle"
hidden="$room/bin"

echo "-- finding a JDK"

run "JAVA_HOME unset, java is 17" env PATH="$seventeen/bin:$hidden" LANEWISE_JDK_PLACES="$both" \
    "$copy/lanewise" train
exits 0
silent
prints "java home: $new"
prints "argument: train"
prints "argument: @$copy/src/main/resources/org/lanewise/cli/command/image/java.args"
prints "argument: -XX:+UseG1GC"

run "JAVA_HOME is 17" env PATH="$hidden" JAVA_HOME="$seventeen" LANEWISE_JDK_PLACES="$both" \
    "$copy/lanewise" train
exits 0
silent
prints "java home: $new"

run "JAVA_HOME is a folder without java" env PATH="$hidden" JAVA_HOME="$room/no JDKs" \
    LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
exits 0
prints "java home: $new"

run "JAVA_HOME comes first" env PATH="$new/bin:$hidden" JAVA_HOME="$room/other/twenty-five" \
    LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
prints "java home: $room/other/twenty-five"

mkdir "$room/links"
ln -s "../other/twenty-five/bin/java" "$room/links/first"
ln -s "first" "$room/links/java"
run "java on the PATH is a link to a link" env PATH="$room/links:$hidden" \
    LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
prints "java home: $room/other/twenty-five"

mkdir -p "$room/mac/temurin-25.jdk"
fake_jdk "$room/mac/temurin-25.jdk/Contents/Home" 25.0.1
run "a JDK folded away as macOS does" env PATH="$hidden" LANEWISE_JDK_PLACES="$room/mac" \
    "$copy/lanewise" train
prints "java home: $room/mac/temurin-25.jdk/Contents/Home"

mkdir "$room/shims"
cat >"$room/shims/java" <<SHIM
#!/bin/sh
[ "\$1" = -XshowSettings:properties ] || exit 9
echo '    java.home = $new' >&2
echo '    java.version = 25.0.3' >&2
SHIM
chmod +x "$room/shims/java"
run "java on the PATH is a version manager's shim" env PATH="$room/shims:$hidden" \
    LANEWISE_JDK_PLACES= "$copy/lanewise" train
exits 0
prints "java home: $new"

run "no JDK 25" env PATH="$room/jdks/eight/bin:$hidden" JAVA_HOME="$seventeen" \
    LANEWISE_JDK_PLACES="$room/jdks:$room/no JDKs" "$copy/lanewise" train
exits 1
complains "lanewise needs JDK 25"
complains "JAVA_HOME ($seventeen) is JDK 17"
complains "java on the PATH ($room/jdks/eight/bin/java) is JDK 8"
complains "$room/jdks/twenty-six is JDK 26"
complains "https://adoptium.net"
[ ! -s "$room/out" ] || fail "stdout should be empty"

run "no java at all" env PATH="$hidden" LANEWISE_JDK_PLACES="$room/no JDKs" "$copy/lanewise" train
exits 1
complains "lanewise needs JDK 25"

echo "-- running"

mkdir "$room/elsewhere"
cd "$room/elsewhere" || exit 1
ln -s ../copy/lanewise "$room/elsewhere/lw"
run "through a link, from another folder" env PATH="$hidden" LANEWISE_JDK_PLACES="$both" \
    ./lw train --data "my data" '*' ''
exits 0
prints "in: $room/elsewhere"
prints "argument: $copy/target/lanewise-cli.jar"
prints "argument: my data"
prints "argument: *"

run "LANEWISE_JAVA_OPTS" env PATH="$hidden" LANEWISE_JDK_PLACES="$both" \
    LANEWISE_JAVA_OPTS="-Xmx3g -XX:+UseG1GC *" ../copy/lanewise train
prints "argument: -Xmx3g"
prints "argument: *"
prints "argument: -XX:+UseG1GC"
[ "$(grep -c UseG1GC "$room/out")" -eq 1 ] || fail "two collectors are set"
grep -vF TransparentHugePages "$room/out" | grep -A 1 -e @ | grep -qF -e "-Xmx3g" || fail "the user's flags do not follow the file's"

run "java's exit status" env PATH="$hidden" LANEWISE_JDK_PLACES="$both" ../copy/lanewise seven
exits 7

# A signal to the launcher is one to java, because it has become java.
name="a signal"
printf 'case %s\n' "$name"
PATH=$hidden LANEWISE_JDK_PLACES=$both ../copy/lanewise wait >"$room/out" 2>"$room/err" &
launched=$!
until grep -q 'argument: wait' "$room/out"; do sleep 0.1; done
sleep 0.2
kill -TERM $launched
wait $launched
status=$?
exits 143
prints "process: $launched"

echo "-- one statement of the flags"

arguments=src/main/resources/org/lanewise/cli/command/image/java.args
: >"$room/err"
for launcher in lanewise lanewise.cmd src/main/resources/org/lanewise/cli/command/image/lanewise.sh; do
    name="flags of $launcher"
    printf 'case %s\n' "$name"
    sed -e 's/^ *rem .*//' -e 's/^ *#.*//' "$project/$launcher" | tr '\\' / >"$room/out"
    prints "java.args"
    # Nothing but the collector, what chooses it, huge pages, and the archive of classes of ./lanewise.
    grep -oE -e '(--add|-X|-D)[A-Za-z0-9:+*.-]+' "$room/out" | grep -vxE -e '-XX:\+Use(|G1GC|\*GC\*|TransparentHugePages)' \
        -e '-X(share:dump|X:(DumpLoadedClassList|SharedClassListFile|SharedArchiveFile)|showSettings:properties)' \
        -e '-D(maven\.[a-z.]*skip|spotless\.check\.skip)' >"$room/err"
    silent
    prints "-XX:+UseG1GC"
done
name="options of Maven"
printf 'case %s\n' "$name"
for launcher in lanewise lanewise.cmd; do
    grep -oE -e '-D(maven|spotless)[a-z.]*' "$project/$launcher" | sort >"$room/maven of $launcher"
done
cmp -s "$room/maven of lanewise" "$room/maven of lanewise.cmd" || fail "the launchers build differently"
grep -q -e '-Dmaven.test.skip' "$room/maven of lanewise" || fail "the test finds no options"

echo "-- building"

# A Maven that takes a second, counts its runs and makes the requested jar.
mkdir "$room/maven"
cat >"$room/maven/mvn" <<'MVN'
#!/bin/sh
echo "JAVA_HOME $JAVA_HOME" >>"$MVN_RUNS"
sleep 1
[ -z "${MVN_FAILS:-}" ] || { echo "[ERROR] $MVN_FAILS"; exit 1; }
while [ "$1" != -f ]; do shift; done
mkdir "$(dirname "$2")/target"
: >"$(dirname "$2")/target/lanewise-cli.jar"
MVN
chmod +x "$room/maven/mvn"
export MVN_RUNS=$room/runs
with_maven=$room/maven:$hidden
launch() {
    : >"$MVN_RUNS"
    env PATH="$with_maven" JAVA_HOME="$seventeen" LANEWISE_JDK_PLACES="$both" "$copy/lanewise" "$@"
}
maven_ran() {
    local found
    found=$(wc -l <"$MVN_RUNS")
    [ "$found" -eq "$1" ] || fail "Maven ran $((found)) times, expected $1"
}

rm -rf "$copy/target"
run "the first time" launch train
exits 0
maven_ran 1
complains "Building Lanewise"
grep -qxF "JAVA_HOME $new" "$MVN_RUNS" || fail "Maven runs on another JDK"
prints "argument: train"
[ -z "$(ls "$copy/target" | grep -v -e cli.jar -e build.log)" ] || fail "the build leaves other files"

run "the second time" launch train
maven_ran 0
silent

for changed in pom.xml src/main/java/module-info.java src/main/templates/microkernels.txt \
    src/build/java/Generate.java src/assembly/cli.xml; do
    touch -d '+2 seconds' "$copy/$changed" 2>/dev/null || { sleep 2; touch "$copy/$changed"; }
    run "$changed changed" launch train
    maven_ran 1
    touch "$copy/$changed"
    touch -r "$copy/$changed" "$copy/target/lanewise-cli.jar"
done

sleep 1.1
rm "$copy/src/main/java/module-info.java"
run "a source is gone" launch train
maven_ran 1
cp "$project/src/main/java/module-info.java" "$copy/src/main/java"

rm -rf "$copy/target"
name="two at once"
printf 'case %s\n' "$name"
launch one >"$room/out" 2>"$room/err" &
first=$!
launch two >"$room/out2" 2>"$room/err2" &
second=$!
wait $first
status=$?
exits 0
wait $second
status=$?
cat "$room/out2" >>"$room/out"
cat "$room/err2" >>"$room/err"
exits 0
prints "argument: one"
prints "argument: two"
maven_ran 1

rm -rf "$copy/target"
mkdir "$copy/target"
sh -c 'exit 0' &
wait $!
ln -s $! "$copy/target/lanewise-cli.lock"
run "the lock of a launcher that died" launch train
exits 0
maven_ran 1

rm -rf "$copy/target"
run "Maven fails" env MVN_FAILS="no such artifact" PATH="$with_maven" LANEWISE_JDK_PLACES="$both" \
    "$copy/lanewise" train
exits 1
complains "no such artifact"
complains "lanewise-build.log"
[ -z "$(ls "$copy/target" | grep -v build.log)" ] || fail "the failed build leaves other files"

run "no Maven" env PATH="$hidden" LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
exits 1
complains "there is no mvn"

rm "$new/bin/javac"
run "a runtime cannot build" env PATH="$with_maven" LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
exits 1
complains "without javac"
pretend_built
run "a runtime can run" env PATH="$hidden" LANEWISE_JDK_PLACES="$both" "$copy/lanewise" train
exits 0

echo "-- for real"

copy="$room/Räume mit Lücken/lanewise"
copy_project "$copy"
run "build and help, in a locale without letters like ä" env LC_ALL=C "$copy/lanewise" --help
exits 0
complains "Building Lanewise"
[ -s "$room/out" ] || fail "no help"

# Java ends at once where it must have its archive of classes and cannot use it.
run "classes are archived for the launcher's flags" env LANEWISE_JAVA_OPTS=-Xshare:on \
    "$copy/lanewise" --version
exits 0

run "the JVM takes the shared flags" env LANEWISE_JAVA_OPTS=-XX:+PrintFlagsFinal \
    "$copy/lanewise" --version
grep -qE 'MaxRAMPercentage += 75\.' "$room/out" || fail "the heap may not grow to 75 % of the memory"
grep -qE 'ObjectAlignmentInBytes += 64 ' "$room/out" || fail "arrays do not begin at cache lines"

run "LANEWISE_JAVA_OPTS overrides the shared flags" \
    env "LANEWISE_JAVA_OPTS=-Xmx77m -XX:MaxRAMPercentage=50" "$copy/lanewise" doctor
grep -qE '^heap at most +(7[78]|8[01])\.' "$room/out" || fail "-Xmx77m is not the limit of the heap"

run "an unknown command" "$copy/lanewise" no-such-command
[ "$status" -ne 0 ] || fail "exit status 0"
grep -q "Building" "$room/err" && fail "built again"

if [ "$failures" -gt 0 ]; then
    printf '%d failed\n' "$failures"
    exit 1
fi
echo "all passed"

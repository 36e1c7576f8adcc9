#!/bin/sh
# Runs Lanewise's commands by the Java beside them, and needs nothing on the PATH.
#
#   LANEWISE_JAVA_OPTS  more flags for the JVM, as in "-Xmx4g -XX:UseAVX=2"
set -eu

case $0 in
    */*) path=$0 ;;
    *) path=./$0 ;;
esac
while [ -L "$path" ]; do
    link=$(command -p readlink "$path")
    case $link in
        /*) path=$link ;;
        *) path=${path%/*}/$link ;;
    esac
done
home=$(cd -P "${path%/*}/.." && pwd)

# Without a UTF-8 locale, java cannot name a file with letters beyond ASCII.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
esac
# Training allocates nothing; with arrays where G1 puts them, loops run fastest.
case "${LANEWISE_JAVA_OPTS:-}" in
    *-XX:+Use*GC*) collector= ;;
    *) collector=-XX:+UseG1GC ;;
esac
# Where Linux gives huge pages to programs that ask for them, arrays of gigabytes need fewer TLB entries.
pages=
read -r pages 2>/dev/null </sys/kernel/mm/transparent_hugepage/enabled || true
case "$pages" in
    *'[madvise]'*) pages=-XX:+UseTransparentHugePages ;;
    *) pages= ;;
esac
# Words of LANEWISE_JAVA_OPTS are split at blanks and taken as they are, a * too.
set -f
# shellcheck disable=SC2086
exec "$home/bin/java" "@$home/lib/java.args" $collector $pages ${LANEWISE_JAVA_OPTS:-} \
    -jar "$home/lib/lanewise-cli.jar" "$@"

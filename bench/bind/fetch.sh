#!/bin/sh
# fetch.sh FOLDER: puts the jars of JNA and JNR-FFI into a folder, from Maven Central.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=${here%/*/*}
. "$root/etc/find-jdk.sh"
find_jdk
find_maven
run_maven -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1"

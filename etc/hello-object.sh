#!/bin/sh
# hello-object.sh: prints the path, below the root, of the hello object for this machine.
set -eu
case $(uname -s)-$(uname -m) in
Darwin-*) echo examples/hello/hello-macos.o ;;
Linux-aarch64) echo examples/hello/hello-aarch64.o ;;
*) echo examples/hello/hello.o ;;
esac

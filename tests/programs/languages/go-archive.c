// packages: golang-go
// needs: go
// build: printf '%s\n' 'package main' 'import "C"' 'import ("fmt"; "os"; "runtime")' '//export Sum' 'func Sum(n int) int { c := make(chan int); for i := 0; i < n; i++ { go func(i int) { c <- i }(i) }; s := 0; for i := 0; i < n; i++ { s += <-c }; runtime.GC(); fmt.Println("in Go", len(os.Args)); return s }' 'func main() {}' >sum.go
// build: GOCACHE=$PWD/cache GO111MODULE=off go build -buildmode=c-archive -o libsum.a sum.go
// build: cc -O1 -c -I. $source -o main.o && cc main.o -L. -lsum -pthread -o native
#include "libsum.h"
#include <stdio.h>

int main(void) {
    printf("sum %lld\n", (long long)Sum(100));
    return 7;
}

/* What ./demo runs in the daemon: llvm-jitlink links it, a worker process of Orcinus executes it. */
#include <stdio.h>
#include <unistd.h>

static int calls;

static long fibonacci(int n) {
    calls++;
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv) {
    printf("Hello, %s: this is process %ld.\n", argc > 0 ? argv[0] : "world", (long)getpid());
    long result = fibonacci(20);
    printf("fibonacci(20) = %ld, in %d calls\n", result, calls);
    return 42;
}

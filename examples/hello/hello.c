/* Greets its last argument. llvm-jitlink gives the program no name, orcinus run does. */
#include <stdio.h>
#include <unistd.h>

static int calls;

static long fibonacci(int n) {
    calls++;
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv) {
    printf("Hello, %s: this is process %ld.\n", argc > 0 ? argv[argc - 1] : "world", (long)getpid());
    long result = fibonacci(20);
    printf("fibonacci(20) = %ld, in %d calls\n", result, calls);
    return 42;
}

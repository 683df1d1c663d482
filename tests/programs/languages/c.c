// build: cc -O1 -pthread $source -o native
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local int mine = 5;
static jmp_buf back;
static volatile sig_atomic_t seen;

static int compare(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void *run(void *argument) {
    mine += *(int *)argument;
    return (void *)(long)mine;
}

static void note(int number) {
    seen = number;
}

static void last(void) {
    puts("at exit");
}

int main(void) {
    int values[] = {31, 4, 15, 9, 26};
    qsort(values, 5, sizeof *values, compare);
    for (int i = 0; i < 5; i++) {
        printf("%d ", values[i]);
    }
    puts("");
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, run, &values[1]);
    pthread_join(thread, &result);
    printf("the thread has %ld, main has %d\n", (long)result, mine);
    signal(SIGUSR1, note);
    raise(SIGUSR1);
    printf("signal %s\n", seen == SIGUSR1 ? "seen" : "lost");
    if (setjmp(back) == 0) {
        longjmp(back, 1);
    } else {
        puts("jumped");
    }
    errno = 0;
    fopen("/no/such/file", "r");
    fprintf(stderr, "%s\n", strerror(errno));
    atexit(last);
    return 7;
}

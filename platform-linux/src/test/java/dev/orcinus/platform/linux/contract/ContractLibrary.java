package dev.orcinus.platform.linux.contract;

import java.io.IOException;
import java.nio.file.Path;

/** The C code that the contract tests call in guests. */
final class ContractLibrary {
    private static final String SOURCE =
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <pthread.h>
            #include <signal.h>
            #include <stdint.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/wait.h>
            #include <unistd.h>

            long sum(long a, long b, long c, long d, long e, long f) {
              return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
            }

            static long order;
            long append(long digit) { return order = order * 10 + digit; }

            int check_main(int argc, char **argv, char **envp) {
              if (argc != 3 || argv[3] != NULL) return -1;
              argv[0][0] = 'x';
              return (int) (strlen(argv[0]) * 100 + strlen(argv[1]) * 10 + strlen(argv[2]));
            }

            typedef struct { union { char *pointer; char bytes[8]; } data; size_t size; } Result;

            Result echo(const char *data, size_t size) {
              Result r = {.size = size};
              if (size <= 8) memcpy(r.data.bytes, data, size);
              else { r.data.pointer = malloc(size); memcpy(r.data.pointer, data, size); }
              return r;
            }

            Result fail(const char *data, size_t size) {
              Result r = {{strdup("guest says no")}, 0};
              return r;
            }

            Result huge(const char *data, size_t size) {
              Result r = {{malloc(16)}, (size_t) 1 << 40};
              return r;
            }

            Result pass_on(const char *data, size_t size) {
              return (*(Result (**)(void *, void *, const char *, size_t)) data)((void *) 7, NULL, data, (size_t) 1 << 40);
            }

            long call_back(long (*f)(long, long, long, long), long a) { return f(a, 2, 3, 4) + 1; }

            typedef Result (*Dispatch)(void *ctx, const void *tag, const char *data, size_t size);
            static Dispatch dispatch;

            static void *on_thread(void *number) {
              char text[16];
              long ok = 0;
              for (int i = 0; i < 50; i++) {
                memset(text, 'a' + (long) number, sizeof text);
                Result r = dispatch((void *) 7, number, text, sizeof text);
                ok += r.size == sizeof text && memcmp(r.data.pointer, text, sizeof text) == 0;
                free(r.data.pointer);
              }
              return (void *) ok;
            }

            long dispatch_from_threads(Dispatch function) {
              pthread_t threads[8];
              long ok = 0;
              dispatch = function;
              for (long i = 0; i < 8; i++) pthread_create(&threads[i], NULL, on_thread, (void *) i);
              for (int i = 0; i < 8; i++) {
                void *result;
                pthread_join(threads[i], &result);
                ok += (long) result;
              }
              return ok;
            }

            long fork_and_call(long (*f)(long, long, long, long)) {
              pid_t child = fork();
              if (child == 0) _exit(f(1, 2, 3, 4) == 0 ? 5 : 6);
              int status;
              waitpid(child, &status, 0);
              return WEXITSTATUS(status);
            }

            long self(void) { return (long) pthread_self(); }
            static __thread long local = 40;
            long next_local(void) { return ++local; }
            int use_stack(int kib) {
              volatile char page[1024];
              page[0] = (char) kib;
              return kib == 0 ? 0 : use_stack(kib - 1) + (page[0] == (char) kib);
            }

            static void (*note)(long);
            static pthread_key_t key;
            static void ends(void *value) { note((long) value); }
            void watch_thread(void (*function)(long), long value) {
              note = function;
              pthread_key_create(&key, ends);
              pthread_setspecific(key, (void *) value);
            }

            static int recurse(volatile char *p) { volatile char b[4096]; b[0] = *p; return recurse(b) + b[1]; }
            long print_only(const char *text) { printf("%s", text); return 0; }
            long sleep_long(void) { for (;;) pause(); }
            long crash(long kind) {
              switch (kind) {
                case 0: *(volatile int *) 0x1234 = 1; break;
                case 1: abort();
                case 2: exit(3);
                case 3: { char c = 0; return recurse(&c); }
                case 4: _exit(4);
                case 5: { volatile int z = 0; return 100 / z; }
                case 6: __builtin_trap();
                case 7: raise(SIGKILL); break;
                case 8: raise(SIGTERM); break;
                case 9: quick_exit(9);
                case 10: { void *volatile p = malloc(200); free(p); free(p); break; }
                case 11: ((void (*)(void)) 0x4321)(); break;
                case 12: { pthread_t t; pthread_create(&t, NULL, (void *(*)(void *)) crash, NULL); pthread_join(t, NULL); break; }
                case 13: raise(SIGSEGV); break;
              }
              return -1;
            }
            """;

    private ContractLibrary() {}

    /** Compiles the library, and returns its file. */
    static Path compile(Path folder) throws IOException, InterruptedException {
        return CompiledLibrary.compile("gcc", folder, "contract.c", SOURCE);
    }
}

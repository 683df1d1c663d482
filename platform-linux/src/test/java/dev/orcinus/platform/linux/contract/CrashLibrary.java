package dev.orcinus.platform.linux.contract;

import java.io.IOException;
import java.nio.file.Path;

/** C++ code that keeps a state, and destroys its process in many ways. */
final class CrashLibrary {
    /** The number of ways. */
    static final int KINDS = 28;

    private static final String SOURCE =
            """
            #include <cstdio>
            #include <cstdlib>
            #include <cstring>
            #include <cstdint>
            #include <map>
            #include <stdexcept>
            #include <string>
            #include <thread>
            #include <malloc.h>
            #include <signal.h>
            #include <sys/mman.h>
            #include <unistd.h>

            static long steps;
            static std::map<std::string, long> table;
            static thread_local long own = 7;

            extern "C" long step(long i) {
              steps++;
              table["key" + std::to_string(i % 300)] += i;
              own += 2;
              return steps;
            }

            extern "C" long state() {
              long hash = steps * 1000003 + own;
              for (auto &entry : table) hash = hash * 31 + entry.second + (long) entry.first.size();
              return hash;
            }

            static long destroyed;
            static bool endsWhenDestroyed;
            struct Destroyed { long uses = 0; ~Destroyed() { destroyed++; if (endsWhenDestroyed) _exit(5); } };
            static thread_local Destroyed ofThread;

            extern "C" long useThreadLocal() { return ++ofThread.uses; }
            extern "C" long countDestroyed() { return destroyed; }
            extern "C" long endWhenDestroyed() { return endsWhenDestroyed = true; }

            static int recurse(volatile char *p) {
              volatile char frame[4096];
              frame[0] = *p;
              return recurse(frame) + frame[1];
            }

            static void fill(void *start, int byte, size_t size) {
              volatile char *p = (volatile char *) start;
              for (size_t i = 0; i < size; i++) p[i] = (char) byte;
            }

            extern "C" long destroy(long kind, long (*java)(long), char *mailbox) {
              steps += 1000;
              table["dirty"] = kind;
              own += 100;
              switch (kind) {
                case 0: *(volatile int *) 0 = 1; break;
                case 1: abort();
                case 2: exit(3);
                case 3: { char c = 0; return recurse(&c); }
                case 4: { void *volatile p = malloc(200); free(p); free(p); break; }
                case 5: fill(malloc(64), 0x55, 16 << 20); break;
                case 6: fill((void *) ((uintptr_t) stdout & ~4095ul), 0x55, 8192); printf("x\\n"); free(malloc(10)); abort();
                case 7: for (;;) asm volatile("");
                case 8: { volatile int zero = 0; return 100 / zero; }
                case 9: __builtin_trap();
                case 10: throw std::runtime_error("uncaught");
                case 11: java(5); throw 5;
                case 12: for (int i = 0; i < 1024; i++) close(i); *(volatile int *) 0 = 1; break;
                case 13: signal(SIGSEGV, [](int) { for (;;) pause(); }); *(volatile int *) 0 = 1; break;
                case 14: raise(SIGKILL); break;
                case 15: _exit(0);
                case 16: signal(SIGSEGV, SIG_IGN); *(volatile int *) 0 = 1; break;
                case 17: { long *p = (long *) malloc(24); p[3] = -1; p[4] = -1; free(p); malloc(100000); malloc_trim(0); abort(); }
                case 18: ((void (*)()) 0x1234567)(); break;
                case 19: kill(0, SIGTERM); for (;;) pause();
                case 20: { std::thread t([] { *(volatile int *) 0 = 1; }); t.join(); break; }
                case 21: execl("/bin/true", "true", (char *) 0); break;
                case 22: munmap((void *) ((uintptr_t) &steps & ~4095ul), 4096); steps = 1; break;
                case 23: quick_exit(4);
                case 24: fill(mailbox, 0x55, 1 << 20); *(volatile int *) 0 = 1; break;
                case 25: fill(mailbox, 0x54, 1 << 20); for (;;) pause();
                case 26: for (char *p = (char *) &kind;; p++) *(volatile char *) p = 0x41;
                case 27: { char *t = (char *) __builtin_thread_pointer(); fill(t - 2048, 0x41, 4096); free(malloc(10)); abort(); }
              }
              return -1;
            }

            extern "C" long start_thread() { std::thread([] { for (;;) pause(); }).detach(); return 0; }
            """;

    private CrashLibrary() {}

    /** Compiles the library, and returns its file. */
    static Path compile(Path folder) throws IOException, InterruptedException {
        return CompiledLibrary.compile("g++", folder, "crash.cpp", SOURCE);
    }
}

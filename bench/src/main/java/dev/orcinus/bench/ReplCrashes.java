package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Sessions of clang-repl in which lines crash in many ways. After each, the state of the session
 * must be what it was before the line.
 */
final class ReplCrashes {
    private static final int CRASHES = 10;
    private static final int STATE_BYTES = 10 << 20;

    private static final List<String> DECLARATIONS =
            List.of(
                    "#include <cstdio>",
                    "#include <cstdlib>",
                    "#include <cstring>",
                    "#include <csignal>",
                    "#include <map>",
                    "#include <stdexcept>",
                    "#include <string>",
                    "#include <thread>",
                    "#include <sys/mman.h>",
                    "#include <unistd.h>",
                    "long steps = 0;",
                    "std::map<std::string, long> table;",
                    "char *state = nullptr;",
                    "int recurse(volatile char *p) { volatile char f[4096]; f[0] = *p; return recurse(f) + f[1]; }",
                    "void fill(void *s, int b, size_t n) { volatile char *p = (volatile char *) s; while (n--) *p++ = (char) b; }",
                    "void step() { steps++; table[\"key\" + std::to_string(steps % 300)] += steps; }",
                    "long sum() { long h = steps; for (auto &e : table) h = h * 31 + e.second; return h; }",
                    "void tell() { char b[64]; int n = snprintf(b, sizeof b, \"%ld %ld\\n\", steps, sum()); write(1, b, n); }");

    /** Lines that crash; each first changes the state. */
    private static final List<String> KINDS =
            List.of(
                    "*(volatile int *) 0 = 1",
                    "((void (*)()) 0x1234567)()",
                    "abort()",
                    "exit(3)",
                    "_exit(0)",
                    "quick_exit(4)",
                    "std::terminate()",
                    "throw std::runtime_error(\"uncaught\")",
                    "char c = 0; recurse(&c)",
                    "void *volatile p = malloc(200); free(p); free(p); abort()",
                    "fill(malloc(64), 0x55, 16 << 20)",
                    "fill((void *) ((unsigned long) stdout & ~4095ul), 0x55, 8192); printf(\"x\"); abort()",
                    "volatile int zero = 0; steps = 100 / zero",
                    "__builtin_trap()",
                    "for (int i = 0; i < 1024; i++) close(i); *(volatile int *) 0 = 1",
                    "signal(SIGSEGV, SIG_IGN); *(volatile int *) 0 = 1",
                    "raise(SIGKILL)",
                    "raise(SIGTERM)",
                    "raise(SIGBUS)",
                    "kill(0, SIGTERM); pause()",
                    "long *p = (long *) malloc(24); p[3] = -1; p[4] = -1; free(p); malloc(100000); abort()",
                    "std::thread t([] { *(volatile int *) 0 = 1; }); t.join()",
                    "execl(\"/bin/true\", \"true\", (char *) 0)",
                    "munmap((void *) ((unsigned long) &steps & ~4095ul), 4096); steps = 1",
                    "fill((char *) __builtin_thread_pointer() - 2048, 0x41, 4096); abort()",
                    "for (char *p = (char *) __builtin_frame_address(0);; p++) *(volatile char *) p = 0x41",
                    "memset(state, 0x41, 4096); *(volatile char *) (state + (1l << 40)) = 1",
                    "std::string *s = nullptr; s->size(); s->clear()",
                    "strlen((const char *) 8); puts((const char *) 16)",
                    "throw 5");

    private final Ours ours;
    private final int sessions;
    private final Path work = Tools.root().resolve("bench/target/crashes");
    private final Path archive = work.resolve("orcinus_rt.a");

    /** Measures {@code sessions} sessions of each clang-repl, each with ten crashes. */
    ReplCrashes(Ours ours, int sessions) {
        this.ours = ours;
        this.sessions = sessions;
    }

    void run() throws IOException {
        Files.createDirectories(work);
        Tools.time(0, Tools.command(ours.program(), "runtime", "-o", archive));
        System.out.println(
                "| controller | state | crashes | survived with right state | crash to next answer, p50 | p99 | lines of the same kind without a crash, p50 |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String version : List.of("22", "23")) {
            if (Files.isExecutable(Repl.program(version))) {
                measure(version, 0, "small");
                measure(version, STATE_BYTES, "10 MB");
            }
        }
    }

    private void measure(String version, int stateBytes, String what) throws IOException {
        Random random = new Random(version.hashCode() + stateBytes);
        List<Double> millis = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        int survived = 0;
        for (int i = 0; i < sessions; i++) {
            survived += session(version, stateBytes, random, millis, without);
        }
        Collections.sort(millis);
        Collections.sort(without);
        System.out.printf(
                Locale.ROOT,
                "| clang-repl %s | %s | %d | %d | %.1f ms | %.1f ms | %.1f ms |%n",
                version,
                what,
                sessions * CRASHES,
                survived,
                percentile(millis, 50),
                percentile(millis, 99),
                percentile(without, 50));
    }

    private static double percentile(List<Double> sorted, int percent) {
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() * percent / 100);
    }

    /** Runs a session, and returns how many crashes it has survived with its state. */
    private int session(
            String version,
            int stateBytes,
            Random random,
            List<Double> millis,
            List<Double> without)
            throws IOException {
        try (Repl repl = new Repl(version, ours.program(), archive)) {
            for (String declaration : DECLARATIONS) {
                repl.say(declaration);
            }
            if (stateBytes > 0) {
                repl.say("state = (char *) malloc(%d);".formatted(stateBytes));
                repl.say("memset(state, 0x33, %d);".formatted(stateBytes));
            }
            int survived = 0;
            for (int i = 0; i < CRASHES; i++) {
                String kind = KINDS.get(random.nextInt(KINDS.size()));
                String function = "crash" + i + "()";
                repl.say(
                        "void "
                                + function
                                + " { steps += 1000; table[\"dirty\"] = 1; "
                                + kind
                                + "; }");
                String calm = "calm" + i + "()";
                repl.say("void " + calm + " { steps += 1000; table[\"calm\"] = steps; }");
                repl.say("step();");
                repl.say("tell();");
                repl.hear(); // so that the time of the declarations is none of the next lines'
                long stepped = System.nanoTime();
                repl.say(calm + ";");
                repl.say("tell();");
                String before = repl.hear();
                long began = System.nanoTime();
                without.add((began - stepped) / 1e6);
                repl.say(function + ";");
                repl.say("tell();");
                String after = repl.hear();
                millis.add((System.nanoTime() - began) / 1e6);
                if (before.isEmpty() || !after.equals(before)) {
                    System.out.println(
                            "lost: '"
                                    + kind
                                    + "': "
                                    + before
                                    + " then "
                                    + after
                                    + "\n"
                                    + repl.errors());
                    return survived;
                }
                survived++;
            }
            return survived;
        }
    }
}

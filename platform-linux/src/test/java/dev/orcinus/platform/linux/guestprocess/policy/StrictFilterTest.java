package dev.orcinus.platform.linux.guestprocess.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.linux.Processor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the filter of strict policies against the kernel's headers, and by an interpreter. */
final class StrictFilterTest {
    private static final long ALLOWED = 0x7fff0000L;
    private static final long EPERM = 0x50001L;
    private static final long ENOSYS = 0x50026L;
    private static final long X64 = 0xc000003eL;
    private static final long I386 = 0x40000003L;
    private static final long AARCH64 = 0xc00000b7L;
    private static final long ARM = 0x40000028L;

    @TempDir private Path folder;

    private static long kind(Processor processor) {
        return processor == Processor.X86_64 ? X64 : AARCH64;
    }

    private static long answer(Processor processor, long kind, long number, long... arguments) {
        long[] all = new long[6];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        return run(StrictFilter.of(processor).bytes(), kind, number, all);
    }

    /** Interprets the few instructions that the filter has. */
    private static long run(MemorySegment code, long kind, long number, long[] arguments) {
        long loaded = 0;
        int at = 0;
        while (true) {
            long place = 8L * at;
            int operation = code.get(ValueLayout.JAVA_SHORT, place);
            int ifTrue = code.get(ValueLayout.JAVA_BYTE, place + 2) & 0xff;
            int ifFalse = code.get(ValueLayout.JAVA_BYTE, place + 3) & 0xff;
            long constant = Integer.toUnsignedLong(code.get(ValueLayout.JAVA_INT, place + 4));
            at++;
            switch (operation) {
                case 0x06 -> {
                    return constant;
                }
                case 0x20 -> loaded = load(constant, kind, number, arguments);
                case 0x15 -> at += loaded == constant ? ifTrue : ifFalse;
                case 0x35 -> at += loaded >= constant ? ifTrue : ifFalse;
                case 0x45 -> at += (loaded & constant) != 0 ? ifTrue : ifFalse;
                default -> throw new AssertionError("instruction " + operation);
            }
        }
    }

    private static long load(long offset, long kind, long number, long[] arguments) {
        if (offset == 0) {
            return number & 0xffffffffL;
        }
        return offset == 4 ? kind : arguments[(int) (offset - 16) / 8] & 0xffffffffL;
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void callsOfTheListFailAndAllOthersDoNot(Processor processor) {
        List<Integer> denied =
                Arrays.stream(StrictCall.values()).map(call -> call.number(processor)).toList();
        for (int number = 0; number < 463; number++) {
            long expected = denied.contains(number) ? EPERM : number == 435 ? ENOSYS : ALLOWED;
            if (number != prlimit(processor)) {
                assertEquals(
                        expected, answer(processor, kind(processor), number), "call " + number);
            }
        }
        assertEquals(ENOSYS, answer(processor, kind(processor), 463));
        assertEquals(ENOSYS, answer(processor, kind(processor), 500));
    }

    private static int prlimit(Processor processor) {
        return processor == Processor.X86_64 ? 302 : 261;
    }

    @Test
    void callsOfOtherKindsFail() {
        assertEquals(EPERM, answer(Processor.X86_64, I386, 20));
        assertEquals(EPERM, answer(Processor.X86_64, AARCH64, 20));
        assertEquals(EPERM, answer(Processor.X86_64, X64, 0x40000000L | 39));
        assertEquals(EPERM, answer(Processor.X86_64, X64, 0x40000000L | 520)); // execve of x32
        assertEquals(EPERM, answer(Processor.AARCH64, ARM, 20));
        assertEquals(EPERM, answer(Processor.AARCH64, X64, 20));
        assertEquals(ENOSYS, answer(Processor.AARCH64, AARCH64, 0xffffffffL));
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void someCallsDependOnTheirArguments(Processor processor) {
        long kind = kind(processor);
        int clone = processor == Processor.X86_64 ? 56 : 220;
        int ioctl = processor == Processor.X86_64 ? 16 : 29;
        assertEquals(ALLOWED, answer(processor, kind, clone, 0x3d0f00)); // a thread
        assertEquals(ALLOWED, answer(processor, kind, clone, 0x4100)); // the helper of a copy
        assertEquals(ALLOWED, answer(processor, kind, clone, 0x1200011)); // a fork
        for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
            assertEquals(EPERM, answer(processor, kind, clone, 17 | 1L << bit), "bit " + bit);
        }
        assertEquals(ALLOWED, answer(processor, kind, ioctl, 0, 0x5401));
        assertEquals(EPERM, answer(processor, kind, ioctl, 0, 0x5412));
        assertEquals(EPERM, answer(processor, kind, ioctl, 0, 0x541c));
        assertEquals(ALLOWED, answer(processor, kind, prlimit(processor), 0, 7));
        assertEquals(EPERM, answer(processor, kind, prlimit(processor), 1, 7));
    }

    /** The headers of this machine have the numbers of both processors. */
    @Test
    void theNumbersAreThoseOfTheKernel() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (StrictCall call : StrictCall.values()) {
            check(lines, call.symbol(), call.number(Processor.X86_64), "X64");
            check(lines, call.symbol(), call.number(Processor.AARCH64), "GENERIC");
        }
        check(lines, "clone3", 435, "X64");
        check(lines, "clone3", 435, "GENERIC");
        check(lines, "clone", 56, "X64");
        check(lines, "clone", 220, "GENERIC");
        check(lines, "ioctl", 16, "X64");
        check(lines, "ioctl", 29, "GENERIC");
        check(lines, "prlimit64", 302, "X64");
        check(lines, "prlimit64", 261, "GENERIC");
        check(lines, "capset", 126, "X64");
        check(lines, "capset", 91, "GENERIC");
        check(lines, "seccomp", 317, "X64");
        check(lines, "seccomp", 277, "GENERIC");
        check(lines, "landlock_create_ruleset", LandlockCalls.CREATE_RULESET, "GENERIC");
        check(lines, "landlock_add_rule", LandlockCalls.ADD_RULE, "GENERIC");
        check(lines, "landlock_restrict_self", LandlockCalls.RESTRICT_SELF, "GENERIC");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs x86-64's headers");
        assertEquals("", compare("X64", "#include <asm/unistd_64.h>", lines));
        assertEquals(
                "",
                compare(
                        "GENERIC",
                        "#define __ARCH_WANT_SYS_CLONE3\n#include <asm-generic/unistd.h>",
                        lines));
    }

    private static void check(StringBuilder lines, String name, int number, String headers) {
        if (number < 0) {
            lines.append("#if defined(%s) && defined(__NR_%s)\n".formatted(headers, name));
            lines.append("  puts(\"%s is a call\");\n#endif\n".formatted(name));
        } else {
            lines.append("#if defined(%s) && defined(__NR_%s)\n".formatted(headers, name));
            lines.append(
                    "  if (__NR_%1$s != %2$d) printf(\"%1$s is %%d\\n\", __NR_%1$s);\n#endif\n"
                            .formatted(name, number));
            lines.append("#if defined(%s) && !defined(__NR_%s)\n".formatted(headers, name));
            lines.append("  puts(\"%s is no call\");\n#endif\n".formatted(name));
        }
    }

    private String compare(String macro, String include, CharSequence lines)
            throws IOException, InterruptedException {
        Path source = folder.resolve(macro + ".c");
        Path program = folder.resolve(macro);
        Files.writeString(
                source,
                "#define %s\n%s\n#include <stdio.h>\nint main(void) {\n%s}\n"
                        .formatted(macro, include, lines));
        try {
            assertEquals("", output("cc", "-o", program.toString(), source.toString()));
        } catch (IOException e) {
            assumeTrue(false, "no C compiler");
        }
        return output(program.toString());
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor() == 0, text);
        return text;
    }
}

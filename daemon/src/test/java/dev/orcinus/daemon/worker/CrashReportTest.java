package dev.orcinus.daemon.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with error reports of JDK 25.0.3, shortened to the relevant lines. */
final class CrashReportTest {
    private static List<String> lines(String resource) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                CrashReportTest.class.getResourceAsStream(resource),
                                StandardCharsets.ISO_8859_1))) {
            return reader.readAllLines();
        }
    }

    private static CrashReport report(String resource) throws IOException {
        return CrashReport.parse(lines(resource)).orElseThrow();
    }

    @Test
    void aBadAccessOfJitLinkedCodeNamesAddressPcAndRegion() throws IOException {
        assertEquals(
                new CrashReport(
                        "SIGSEGV",
                        "SEGV_MAPERR at 0x0000000000000008",
                        "0x00007f3720898069",
                        "",
                        Optional.of("0x7f3720898000--0x7f372089b000 r-xp JIT or heap memory"),
                        Optional.empty()),
                report("segv-in-jit-code.txt"));
    }

    @Test
    void aBadAccessInALibraryNamesIt() throws IOException {
        assertEquals(
                "SIGSEGV (SEGV_MAPERR at 0x0000000000000010), pc 0x00007f2b8ff3f219"
                        + " (libc.so.6+0x156219) in 0x7f2b8fe0f000--0x7f2b8ff65000 r-xp"
                        + " /usr/lib/x86_64-linux-gnu/libc.so.6",
                report("segv-in-libc.txt").toString());
    }

    @Test
    void aStackOverflowIsCalledOne() throws IOException {
        assertEquals(
                "SIGSEGV (SEGV_ACCERR at 0x00007f0f8ec00f80 in the end of a stack that overflowed),"
                        + " pc 0x00007f0fc8ad3181 in 0x7f0fc8ad3000--0x7f0fc8ad5000 r-xp JIT or"
                        + " heap memory",
                report("stack-overflow.txt").toString());
    }

    @Test
    void anAccessElsewhereInAStackIsNoOverflow() throws IOException {
        List<String> lines =
                lines("stack-overflow.txt").stream()
                        .map(
                                line ->
                                        line.replace(
                                                "si_addr: 0x00007f0f8ec", "si_addr: 0x00007f0f8ed"))
                        .toList();
        assertEquals(
                Optional.of("0x7f0f8ec04000--0x7f0f8fc00000 rw-p JIT or heap memory"),
                CrashReport.parse(lines).orElseThrow().addressRegion());
    }

    @Test
    void aFunctionWithASymbolIsNamed() {
        CrashReport report = parse("# C  [libfoo.so+0x1139]  bar(int)+0x9");
        assertEquals("bar(int)+0x9 libfoo.so+0x1139", report.frame());
        assertEquals("Foo::run", parse("# V  [libjvm.so+0x1]  Foo::run").frame().split(" ", -1)[0]);
    }

    @Test
    void aSignalFromOutsideHasNoAddress() {
        CrashReport report =
                CrashReport.parse(
                                List.of(
                                        "#  SIGSEGV (0xb) at pc=0x00007f0000000010, pid=1, tid=2",
                                        "siginfo: si_signo: 11 (SIGSEGV), si_code: 0 (SI_USER),"
                                                + " si_pid: 77, si_uid: 0"))
                        .orElseThrow();
        assertEquals("SIGSEGV (SI_USER), pc 0x00007f0000000010", report.toString());
    }

    @Test
    void aReportThatWasCutShortTellsWhatItHas() throws IOException {
        List<String> all = lines("segv-in-libc.txt");
        for (int size = 4; size <= all.size(); size++) {
            String text = CrashReport.parse(all.subList(0, size)).orElseThrow().toString();
            assertTrue(text.startsWith("SIGSEGV"), text);
            assertTrue(text.contains("pc 0x00007f2b8ff3f219"), text);
        }
        assertEquals(Optional.empty(), CrashReport.parse(all.subList(0, 3)));
    }

    @Test
    void whatIsNoReportIsNone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("crash");
        Files.write(file, new byte[] {(byte) 0xff, 0, '\n', (byte) 0x80});
        assertEquals(Optional.empty(), CrashReport.read(file));
        Files.writeString(
                file, "# There is insufficient memory for the Java Runtime to continue.\n");
        assertEquals(Optional.empty(), CrashReport.read(file));
        Files.writeString(file, "");
        assertEquals(Optional.empty(), CrashReport.read(file));
    }

    private static CrashReport parse(String frame) {
        return CrashReport.parse(
                        List.of(
                                "#  SIGBUS (0x7) at pc=0x00007f0000000010, pid=1, tid=2",
                                "# Problematic frame:",
                                frame))
                .orElseThrow();
    }
}

package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.Functions;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LinuxDebuggerTest {
    private static final String SOURCE =
            """
            int orcinus_square(int x) {
              int y = x * x;
              return y + 1;
            }
            """;

    @TempDir private Path directory;

    @Test
    void objectsAreInTheDescriptorsListFromRegistrationToItsEnd() throws HostCallException {
        AddressRange one = AddressRange.of(new ExecutorAddress(0x1000), 16);
        AddressRange two = AddressRange.of(new ExecutorAddress(0x2000), 32);
        AddressRange three = AddressRange.of(new ExecutorAddress(0x3000), 48);
        GUEST.debugger().register(one);
        GUEST.debugger().register(two);
        GUEST.debugger().register(three);
        assertEquals(List.of(three, two, one), registered());
        GUEST.debugger().unregister(two);
        GUEST.debugger().unregister(two);
        assertEquals(List.of(three, one), registered());
        GUEST.debugger().unregister(three);
        GUEST.debugger().unregister(one);
        assertEquals(List.of(), registered());
        assertEquals(Optional.empty(), GUEST.debugger().find("orcinus"));
    }

    private static List<AddressRange> registered() throws HostCallException {
        ExecutorAddress address = GUEST.debugger().find("__jit_debug_descriptor").orElseThrow();
        MemorySegment descriptor = NativeMemory.view(address.value(), 24);
        assertEquals(1, descriptor.get(JAVA_INT, 0));
        List<AddressRange> objects = new ArrayList<>();
        long previous = 0;
        for (long entry = descriptor.get(JAVA_LONG, 16); entry != 0; ) {
            MemorySegment view = NativeMemory.view(entry, 32);
            assertEquals(previous, view.get(JAVA_LONG, 8));
            ExecutorAddress object = new ExecutorAddress(view.get(JAVA_LONG, 16));
            objects.add(AddressRange.of(object, view.get(JAVA_LONG, 24)));
            previous = entry;
            entry = view.get(JAVA_LONG, 0);
        }
        return objects;
    }

    /** Memory of other compilers in the process looks the same, and is not the JVM's. */
    @Test
    void theCodeOfTheRuntimeIsThatOfTheJvm() {
        long page = 0x1000;
        int prot = SysMman.PROT_READ | SysMman.PROT_WRITE | SysMman.PROT_EXEC;
        int flags = SysMman.MAP_PRIVATE | LinuxMman.MAP_ANONYMOUS;
        long others = SysMman.mmap(ErrnoState.IGNORED, 0, page, prot, flags, -1, 0);
        assumeTrue(others != SysMman.MAP_FAILED, "no memory that is writable and executable");
        try (Arena arena = Arena.ofConfined()) {
            List<AddressRange> code = GUEST.debugger().runtimeCode();
            long stub =
                    Functions.upcall(
                            MethodHandles.zero(void.class), FunctionDescriptor.ofVoid(), arena);
            assertEquals(1, code.size());
            assertTrue(code.getFirst().contains(new ExecutorAddress(stub)));
            assertFalse(code.getFirst().contains(new ExecutorAddress(others)));
        } finally {
            SysMman.munmap(ErrnoState.IGNORED, others, page);
        }
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void theLibraryIsCleanElf(Processor processor) throws Exception {
        assumeTrue(ForkedJvm.hasTool("readelf", "--version"), "no readelf to look at the library");
        Path library = directory.resolve("debugger.so");
        Files.write(library, DebuggerLibrary.write(processor));
        String text = ForkedJvm.run(directory, "readelf", "-aW", library.toString());
        assertTrue(text.contains(" FUNC    GLOBAL DEFAULT    4 __jit_debug_register_code"), text);
        assertTrue(text.contains("24 OBJECT  GLOBAL DEFAULT    6 __jit_debug_descriptor"), text);
        assertFalse(text.contains("rror:") || text.contains("arning:"), text);
    }

    @Test
    void gdbBreaksInAFunctionThatIsRegisteredWhileItIsAttached() throws Exception {
        compileObject();
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "debug", "square.o")) {
            String text = breakIn(jvm, Long.toString(jvm.pid()), readyLine(jvm, 0)[1]);
            assertTrue(text.contains("orcinus_square (x=5) at square.c:2"), text);
            assertTrue(text.contains("orcinus_square in section .text of"), text);
            assertEquals(0, jvm.await());
            assertEquals("result 26", jvm.awaitLine("result"));
        }
    }

    private void compileObject() throws Exception {
        assumeTrue(ForkedJvm.hasTool("gdb", "--version"), "no gdb: install gdb");
        assumeTrue(ForkedJvm.hasTool("cc", "--version"), "no C compiler: install gcc");
        Files.writeString(directory.resolve("square.c"), SOURCE);
        String[] command = {"cc", "-g", "-O0", "-fno-asynchronous-unwind-tables", "-c", "square.c"};
        assertEquals("", ForkedJvm.run(directory, command));
    }

    /** GDB finds the program of a guest process by itself; the last frame is the program's. */
    @Test
    void gdbBreaksInAGuestProcessBeforeAndAfterItsReturnToACheckpoint() throws Exception {
        compileObject();
        try (ForkedJvm jvm =
                ForkedJvm.startBy(
                        List.of(),
                        Map.of("XDG_CACHE_HOME", directory.toString()),
                        directory,
                        List.of(),
                        "debug-isolated",
                        "square.o")) {
            for (int life = 0; life < 2; life++) {
                String[] ready = readyLine(jvm, life);
                String text = breakIn(jvm, ready[3], ready[1]);
                assertTrue(text.contains("orcinus_square (x=5) at square.c:2"), text);
                assertTrue(text.contains("orcinus_square in section .text of"), text);
                List<String> frames =
                        text.lines().filter(line -> line.matches("#\\d+ .*")).toList();
                String last = frames.getLast();
                assertTrue(last.endsWith(" in orcinus_guest_start ()"), text);
                assertTrue(frames.stream().noneMatch(frame -> frame.endsWith("?? ()")), text);
                assertFalse(text.contains("Backtrace stopped"), text);
                assertFalse(text.contains("Error reading"), text);
                Files.delete(directory.resolve("gdb"));
            }
            assertEquals(0, jvm.await(), jvm.stderr());
        }
    }

    /** Waits for a line as in {@code ready 0x1000 in 17}, and returns its words. */
    private static String[] readyLine(ForkedJvm jvm, int index) throws Exception {
        while (true) {
            List<String> lines =
                    jvm.stdout().lines().filter(line -> line.startsWith("ready ")).toList();
            if (lines.size() > index) {
                return lines.get(index).split(" ", -1);
            }
            Thread.sleep(20);
        }
    }

    private String breakIn(ForkedJvm jvm, String pid, String code) throws Exception {
        Process gdb = startGdb(pid, code);
        try {
            awaitBreakpoint(gdb);
            jvm.say("");
            gdb.waitFor(100, TimeUnit.SECONDS);
            return Files.readString(directory.resolve("gdb"));
        } finally {
            gdb.destroyForcibly();
        }
    }

    private Process startGdb(String pid, String code) throws Exception {
        return new ProcessBuilder(
                        "gdb",
                        "-nx",
                        "-batch",
                        "-p",
                        pid,
                        "-ex",
                        "handle SIGSEGV nostop noprint pass",
                        "-ex",
                        "set breakpoint pending on",
                        "-ex",
                        "break orcinus_square",
                        "-ex",
                        "continue",
                        "-ex",
                        "bt",
                        "-ex",
                        "info symbol " + code,
                        "-ex",
                        "detach")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("gdb").toFile())
                .start();
    }

    private void awaitBreakpoint(Process gdb) throws Exception {
        while (gdb.isAlive()
                && !Files.readString(directory.resolve("gdb")).contains("orcinus_square")) {
            Thread.sleep(50);
        }
    }
}

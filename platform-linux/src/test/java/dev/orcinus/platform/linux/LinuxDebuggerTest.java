package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        assumeTrue(ForkedJvm.hasTool("gdb", "--version"), "no gdb");
        assumeTrue(ForkedJvm.hasTool("cc", "--version"), "no C compiler");
        Files.writeString(directory.resolve("square.c"), SOURCE);
        assertEquals(
                "",
                ForkedJvm.run(
                        directory,
                        "cc",
                        "-g",
                        "-O0",
                        "-fno-asynchronous-unwind-tables",
                        "-c",
                        "square.c"));
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "debug", "square.o")) {
            String code = jvm.awaitLine("ready ").substring("ready ".length());
            Process gdb = startGdb(jvm.pid(), code);
            awaitBreakpoint(gdb);
            jvm.say("go");
            gdb.waitFor();
            String text = Files.readString(directory.resolve("gdb"));
            assertTrue(text.contains("orcinus_square (x=5) at square.c:2"), text);
            assertTrue(text.contains("orcinus_square in section .text of"), text);
            assertEquals(0, jvm.await());
            assertEquals("result 26", jvm.awaitLine("result"));
        }
    }

    private Process startGdb(long pid, String code) throws Exception {
        return new ProcessBuilder(
                        "gdb",
                        "-nx",
                        "-batch",
                        "-p",
                        Long.toString(pid),
                        "-ex",
                        "handle SIGSEGV nostop noprint pass",
                        "-ex",
                        "set breakpoint pending on",
                        "-ex",
                        "break orcinus_square",
                        "-ex",
                        "continue",
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

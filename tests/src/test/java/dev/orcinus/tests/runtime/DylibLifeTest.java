package dev.orcinus.tests.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.formats.elf.ElfFunctionSections;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.FunctionSection.Kind;
import dev.orcinus.runtime.dylib.FunctionSection.When;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.dylib.LinkingController;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the life of a dylib: open it, add code with an initializer, update, close, open again. It
 * is done by the runtime alone, where each initializer is machine code that writes its number into
 * guest memory, and by our loader, in this process and in executors.
 */
final class DylibLifeTest {
    private static final int LOG_BYTES = 64;
    private static final ExecutorAddress HANDLE = new ExecutorAddress(0x1000);

    private final Guest guest = HostProvider.current().guestInThisProcess();
    private final GuestRuntime runtime = new GuestRuntime(guest);
    private final MemoryManager manager = runtime.memory();
    private final JitDylibs dylibs = new JitDylibs(runtime, new Linked());
    private ExecutorAddress log;

    /** The object formats; a new one is one line here. */
    enum Format {
        ELF(".init_array", ".fini_array", "jit");

        private final String initializers;
        private final String finalizers;
        private final String objects;

        Format(String initializers, String finalizers, String objects) {
            this.initializers = initializers;
            this.finalizers = finalizers;
            this.objects = objects;
        }

        Path object(String name) {
            return Fixtures.get(objects + "/" + name + ".o");
        }

        FunctionSection section(String name, AddressRange range) {
            ElfFunctionSections.Order order = ElfFunctionSections.of(name).orElseThrow();
            When when = order.atStart() ? When.INITIALIZE : When.FINALIZE;
            Kind kind = new Kind(when, order.rank(), order.lastFirst());
            return new FunctionSection(kind, range);
        }
    }

    /** A controller that has linked all code when it is added. */
    private static final class Linked implements LinkingController {
        @Override
        public List<Links> pushInitializers(ExecutorAddress dylib) {
            return List.of(new Links(dylib, List.of()));
        }

        @Override
        public ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) {
            throw new AssertionError(symbol);
        }
    }

    @BeforeEach
    void makeLog() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the guest code is for x86-64");
        dylibs.register("main", HANDLE);
        log = load(MemProt.READ_WRITE, new byte[LOG_BYTES]);
    }

    @AfterEach
    void release() throws Exception {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void openAddUpdateCloseOpen(Format format) throws Exception {
        add(format, format.initializers, 1, 2);
        add(format, format.finalizers, 9);
        dylibs.open("main");
        assertEquals(List.of(1, 2), ran());
        add(format, format.initializers, 3);
        dylibs.update(HANDLE);
        assertEquals(List.of(3), ran(), "only the new one");
        dylibs.update(HANDLE);
        assertEquals(List.of(), ran());
        dylibs.close(HANDLE);
        assertEquals(List.of(9), ran());
        dylibs.open("main");
        assertEquals(List.of(1, 2, 3), ran(), "all again, in order");
        dylibs.close(HANDLE);
    }

    /** The place of the code that the loader links. */
    enum Place {
        HERE,
        ORCINUS,
        LLVM_19,
        LLVM_22,
        LLVM_23;

        Jit open() {
            return switch (this) {
                case HERE -> Jit.inProcess();
                case ORCINUS -> Jit.launch(ExecutorCommand.of());
                case LLVM_19 -> launch(19);
                case LLVM_22 -> launch(22);
                case LLVM_23 -> launch(23);
            };
        }

        private static Jit launch(int version) {
            return Jit.launch(List.of(new Llvm(version).tool("llvm-jitlink-executor")));
        }
    }

    static Stream<Arguments> loaders() {
        return Stream.of(Format.values())
                .flatMap(f -> Stream.of(Place.values()).map(place -> Arguments.of(f, place)));
    }

    /**
     * {@code life} has a constructor 1 that registers 3, and a destructor 4; another has 11, 14.
     */
    @ParameterizedTest
    @MethodSource("loaders")
    @Timeout(180)
    void openAddUpdateCloseOpenWithTheLoader(Format format, Place place) throws Exception {
        try (Jit jit = place.open()) {
            JitDylib events = jit.createDylib("events");
            events.add(format.object("events"));
            JitDylib dylib = jit.createDylib("main").linkAgainst(events);
            dylib.add(format.object("life"));
            dylib.initialize();
            assertEquals("1", ran(events));
            dylib.add(format.object("life2"));
            dylib.initialize();
            assertEquals("b", ran(events), "only the new one");
            dylib.initialize();
            assertEquals("0", ran(events));
            dylib.deinitialize();
            assertEquals("3e4", ran(events), "what was registered at exit, then in reverse");
            dylib.deinitialize();
            assertEquals("0", ran(events));
            dylib.initialize();
            assertEquals("1b", ran(events), "all again, in order");
            dylib.close();
            assertEquals("3e4", ran(events));
        }
    }

    private static String ran(JitDylib events) {
        return Integer.toHexString(events.run("ran", List.of()));
    }

    /** Adds a section of pointers to functions, each of which writes its number. */
    private void add(Format format, String section, int... numbers) throws Exception {
        ByteBuffer pointers =
                ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            pointers.putLong(load(MemProt.READ_EXEC, writer(number)).value());
        }
        ExecutorAddress start = load(MemProt.READ, pointers.array());
        AddressRange range = AddressRange.of(start, pointers.capacity());
        dylibs.record(HANDLE, format.section(section, range));
    }

    /** Returns a function that appends a number to the log, whose first word is the count. */
    private byte[] writer(int number) {
        return ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xb848)
                .putLong(log.value()) // mov rax, log
                .put(new byte[] {(byte) 0x8b, 0x08}) // mov ecx, [rax]
                .put(new byte[] {(byte) 0xc6, 0x44, 0x08, 0x04, (byte) number}) // mov [rax+rcx+4]
                .put(new byte[] {(byte) 0xff, 0x00, (byte) 0xc3}) // inc dword [rax]; ret
                .array();
    }

    private ExecutorAddress load(MemProt prot, byte[] content) throws Exception {
        ExecutorAddress base = manager.reserve(content.length);
        InFlightAllocation allocation = manager.begin();
        allocation
                .addSegment(
                        new AllocGroup(prot, MemLifetime.STANDARD),
                        base,
                        content.length,
                        content.length)
                .copyFrom(MemorySegment.ofArray(content));
        return allocation.finish(List.of());
    }

    /** Returns the numbers written since the last call. */
    private List<Integer> ran() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[LOG_BYTES]);
        assertTrue(guest.memory().tryRead(log, bytes));
        int count = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        assertTrue(guest.memory().tryWrite(MemorySegment.ofArray(new int[1]), log));
        return IntStream.range(4, 4 + count)
                .mapToObj(i -> (int) bytes.get(ValueLayout.JAVA_BYTE, i))
                .toList();
    }
}

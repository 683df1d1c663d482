package dev.orcinus.platform.linux.contract;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.platform.spi.guest.Preemptable;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that a program is introduced to the dynamic linker although other memory lies directly
 * below and above its slab, as libraries do that are opened after the slab has been mapped.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IntroducedProgramTest {
    private static final long SLAB_BYTES = 64 << 20;
    private static final long DL_INFO_BYTES = 32;

    private IsolatedGuest guest;

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofProgram(List.of("program")));
    }

    @AfterEach
    void close() {
        guest.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = SlabPlace.class,
            names = {"NEAR_LIBRARIES", "ANYWHERE"})
    void aProgramWithNeighbours(SlabPlace place) throws HostCallException {
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, place);
        mapNeighbours(slab);
        assertEquals(Optional.empty(), guest.introduce(program(slab)));
        assertEquals("program\0", fileOf(slab.start()));
        assertEquals(
                Optional.of(slab.start()),
                guest.libraries().find(guest.libraries().process(), "introduced"));
    }

    /** Nothing is kept free below a slab in the first 2 GiB. */
    @Test
    void aProgramWithoutRoomIsToldOf() throws HostCallException {
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, SlabPlace.LOW);
        mapNeighbours(slab);
        String reason = guest.introduce(program(slab)).orElseThrow();
        assertTrue(reason.endsWith(" bytes are free next to its memory at " + code(slab)), reason);
        assertEquals(0, dladdr(slab.start()));
    }

    /** It has segments with several kinds of pages, and symbols that fill some pages. */
    @Test
    void theTablesOfAProgramLieAboveItIfThereIsNoRoomBelow() throws HostCallException {
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, SlabPlace.LOW);
        long page = guest.memory().pageSizeBytes();
        mapNeighbour(slab.start().value() - page);
        AddressRange data = AddressRange.of(slab.start().plus(page), page);
        guest.memory().publish(List.of(new Publication(data, MemProt.READ_WRITE)));
        LinkedProgram first = program(slab);
        List<LinkedProgram.Segment> segments = new ArrayList<>(first.segments());
        segments.add(new LinkedProgram.Segment(data, MemProt.READ_WRITE));
        List<LinkedProgram.Symbol> symbols = new ArrayList<>(first.symbols());
        for (int i = 0; i < 1000; i++) {
            symbols.add(new LinkedProgram.Symbol("variable" + i, data.start().plus(i), 1, false));
        }
        LinkedProgram program = new LinkedProgram("program", segments, symbols, false, List.of());
        assertEquals(Optional.empty(), guest.introduce(program));
        assertEquals(slab.start(), find("introduced"));
        assertEquals(data.start().plus(999), find("variable999"));
    }

    /** The libraries' calls of malloc go to the program from then on. */
    @Test
    void aDefinitionOfTheProgramComesBeforeThoseOfLibraries() throws HostCallException {
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, SlabPlace.NEAR_LIBRARIES);
        LinkedProgram program = program(slab, "malloc", true);
        long text = guest.process().allocate(DL_INFO_BYTES).value();
        ExecutorAddress strdup = find("strdup");
        MemorySegment code = guest.memory().fill(code(slab));
        code.copyFrom(MemorySegment.ofArray(returningNull()));
        guest.memory().publish(List.of(new Publication(code(slab), MemProt.READ_EXEC)));
        Preemptable preemptable = guest.preemptable(program.symbols());
        assertEquals(program.symbols(), preemptable.symbols());
        assertEquals("", preemptable.initialized());
        assertEquals(Optional.empty(), guest.introduce(program));
        assertEquals(slab.start(), find("malloc"));
        List<String> before = permissionsOfLibraries();
        assertNotEquals(0, call(new GuestCall(strdup, text, 0, 0, 0, 0, 0)));
        guest.preempt(program.symbols());
        assertEquals(0, call(new GuestCall(strdup, text, 0, 0, 0, 0, 0)));
        assertEquals(before, permissionsOfLibraries());
    }

    private List<String> permissionsOfLibraries() {
        return MemoryMaps.of(Long.toString(guest.pid())).mappings().stream()
                .filter(mapping -> mapping.file().contains(".so"))
                .map(mapping -> mapping.range() + mapping.permissions())
                .toList();
    }

    /** A process has libm open, though its program may not be linked with it. */
    @Test
    void aFunctionOfALibraryThatNobodyAskedForStays() throws HostCallException {
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, SlabPlace.NEAR_LIBRARIES);
        guest.libraries().prepareFor(guest.libraries().process(), List.of("pow", "nowhere"));
        assertNotEquals(ExecutorAddress.NULL, find("pow"));
        LinkedProgram program = program(slab, "pow", true);
        assertEquals(List.of(), guest.preemptable(program.symbols()).symbols());
    }

    /**
     * Names of many definitions are looked up in the tables of the libraries first, also of one
     * that the dynamic linker knows by a relative path, as with a relative {@code LD_LIBRARY_PATH}.
     */
    @Test
    void oneOfManyDefinitionsComesBeforeThatOfALibraryWithARelativePath(@TempDir Path folder)
            throws Exception {
        String text =
                "int orcinus_hook() { return 7; } int orcinus_use() { return orcinus_hook(); }";
        Path library = CompiledLibrary.compile("gcc", folder, "hook.c", text);
        guest.libraries().open(Path.of("").toAbsolutePath().relativize(library).toString());
        AddressRange slab = guest.memory().mapSlab(SLAB_BYTES, SlabPlace.NEAR_LIBRARIES);
        guest.memory().fill(code(slab)).copyFrom(MemorySegment.ofArray(returningNull()));
        List<LinkedProgram.Symbol> symbols = new ArrayList<>(program(slab).symbols());
        symbols.addAll(program(slab, "orcinus_hook", true).symbols());
        for (int i = 0; i < 70; i++) {
            symbols.add(new LinkedProgram.Symbol("orcinus_own" + i, slab.start(), 1, true));
        }
        List<LinkedProgram.Symbol> preempting = guest.preemptable(symbols).symbols();
        assertEquals(List.of(symbols.get(1)), preempting);
        GuestCall use = new GuestCall(find("orcinus_use"), 0, 0, 0, 0, 0, 0);
        assertEquals(7, call(use));
        guest.preempt(preempting);
        assertEquals(0, call(use));
    }

    private static byte[] returningNull() {
        return System.getProperty("os.arch").equals("aarch64")
                ? new byte[] {0, 0, (byte) 0x80, (byte) 0xd2, (byte) 0xc0, 3, 0x5f, (byte) 0xd6}
                : new byte[] {0x31, (byte) 0xc0, (byte) 0xc3};
    }

    /** Maps pages that touch a slab, if nothing does yet. */
    private void mapNeighbours(AddressRange slab) throws HostCallException {
        mapNeighbour(slab.start().value() - guest.memory().pageSizeBytes());
        mapNeighbour(slab.end().value());
    }

    private void mapNeighbour(long start) throws HostCallException {
        long page = guest.memory().pageSizeBytes();
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
        call(new GuestCall(find("mmap"), start, page, 0, flags, -1, 0));
        AddressRange neighbour = AddressRange.of(new ExecutorAddress(start), page);
        MemoryMaps maps = MemoryMaps.of(Long.toString(guest.pid()));
        assertTrue(!maps.isFree(neighbour), neighbour::toString);
    }

    private AddressRange code(AddressRange slab) {
        return AddressRange.of(slab.start(), guest.memory().pageSizeBytes());
    }

    /** Makes the first page of a slab a program with one function. */
    private LinkedProgram program(AddressRange slab) throws HostCallException {
        return program(slab, "introduced", false);
    }

    private LinkedProgram program(AddressRange slab, String function, boolean comesFirst)
            throws HostCallException {
        AddressRange code = code(slab);
        guest.memory().publish(List.of(new Publication(code, MemProt.READ_EXEC)));
        return new LinkedProgram(
                "program",
                List.of(new LinkedProgram.Segment(code, MemProt.READ_EXEC)),
                List.of(new LinkedProgram.Symbol(function, code.start(), 16, true)),
                comesFirst,
                List.of());
    }

    private int dladdr(ExecutorAddress function) throws HostCallException {
        return dladdr(function, guest.process().allocate(DL_INFO_BYTES));
    }

    private int dladdr(ExecutorAddress function, ExecutorAddress info) throws HostCallException {
        long at = info.value();
        return (int) call(new GuestCall(find("dladdr"), function.value(), at, 0, 0, 0, 0));
    }

    /** Returns the first bytes of the name of the file that a function is in. */
    private String fileOf(ExecutorAddress function) throws HostCallException {
        ExecutorAddress info = guest.process().allocate(DL_INFO_BYTES);
        assertNotEquals(0, dladdr(function, info));
        MemorySegment name = MemorySegment.ofArray(new long[1]);
        assertTrue(guest.memory().tryRead(info, name)); // dli_fname
        byte[] text = new byte["program\0".length()];
        ExecutorAddress start = new ExecutorAddress(name.get(ValueLayout.JAVA_LONG, 0));
        assertTrue(guest.memory().tryRead(start, MemorySegment.ofArray(text)));
        return new String(text, UTF_8);
    }

    private ExecutorAddress find(String function) throws HostCallException {
        return guest.libraries().find(guest.libraries().process(), function).orElseThrow();
    }

    private long call(GuestCall call) {
        return guest.invoker().call(call).value();
    }
}

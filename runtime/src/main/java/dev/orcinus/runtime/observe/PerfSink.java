package dev.orcinus.runtime.observe;

import dev.orcinus.formats.dwarf.LineTable;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.epc.PerfRecordBatch;
import dev.orcinus.protocol.epc.PerfRecordBatch.Line;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names code to the Linux tool perf: the functions of code that our loader links, with their lines
 * if it has debug info, if the system property {@link #PROPERTY} is {@code true}, and those that a
 * controller of LLVM names by itself.
 */
final class PerfSink implements CodeSink {
    /** The system property that turns it on for our loader. */
    static final String PROPERTY = "orcinus.perf";

    private static final long LARGEST_BYTES = 1 << 30;

    /** A function with more lines has none for perf; generated code may have so many. */
    private static final int MOST_LINES = 1 << 17;

    /**
     * LLVM adds the size of an ELF header to the addresses of lines, for versions of perf before
     * 6.1, whose files have the code there; later ones add the offset of the code themselves.
     */
    private static final int ELF_HEADER = 0x40;

    private final Guest guest;

    PerfSink(Guest guest) {
        this.guest = guest;
    }

    @Override
    public void arrived(LoadedCode code) throws HostCallException {
        List<SymbolRange> functions = code.symbols().stream().filter(this::isFunction).toList();
        if (functions.isEmpty()) {
            return; // code that a controller registers: it tells its functions itself
        }
        try {
            PerfDump dump = PerfDump.of(guest);
            Optional<LineTable> table = table(code);
            for (SymbolRange function : functions) {
                List<Line> lines = table.map(all -> lines(all, function)).orElse(List.of());
                write(dump, function.name(), function.range(), lines);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private boolean isFunction(SymbolRange symbol) {
        AddressRange range = symbol.range();
        return range.sizeBytes() != 0 && guest.memory().isExecutable(range.start());
    }

    private Optional<LineTable> table(LoadedCode code) {
        return code.debugObject()
                .flatMap(object -> DebugObjectFile.read(guest.memory(), object))
                .flatMap(DebugObjectFile::lines);
    }

    private static List<Line> lines(LineTable table, SymbolRange function) {
        long start = function.range().start().value();
        return table.within(start, function.range().end().value(), MOST_LINES).stream()
                .map(PerfSink::line)
                .toList();
    }

    private static Line line(LineTable.Row row) {
        return new Line(new ExecutorAddress(row.start()), row.line(), 0, row.file());
    }

    /** Writes what a controller tells. */
    void write(PerfRecordBatch batch) throws HostCallException {
        try {
            PerfDump dump = PerfDump.of(guest);
            Map<ExecutorAddress, List<Line>> lines = new HashMap<>();
            batch.lines().forEach(known -> lines.put(known.function(), atTheirAddresses(known)));
            for (PerfRecordBatch.Function function : batch.functions()) {
                write(
                        dump,
                        function.name(),
                        AddressRange.of(function.start(), function.sizeBytes()),
                        lines.getOrDefault(function.start(), List.of()));
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static List<Line> atTheirAddresses(PerfRecordBatch.Lines known) {
        List<Line> lines = known.lines();
        boolean areMoved =
                !lines.isEmpty()
                        && lines.getFirst().address().equals(known.function().plus(ELF_HEADER));
        return areMoved ? lines.stream().map(PerfSink::movedBack).toList() : lines;
    }

    private static Line movedBack(Line line) {
        ExecutorAddress address = new ExecutorAddress(line.address().value() - ELF_HEADER);
        return new Line(address, line.number(), line.discriminator(), line.file());
    }

    /** Opens the files, so that a failure is known before there is code. */
    void open() throws HostCallException {
        try {
            PerfDump.of(guest);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static HostCallException failure(IOException e) {
        return new HostCallException("jitdump", 0, "the files for perf: " + e);
    }

    private void write(PerfDump dump, String name, AddressRange code, List<Line> lines)
            throws HostCallException, IOException {
        long sizeBytes = code.sizeBytes();
        if (sizeBytes == 0) {
            return;
        }
        boolean fits = Long.compareUnsigned(sizeBytes, LARGEST_BYTES) <= 0;
        byte[] content = fits ? new byte[(int) sizeBytes] : new byte[0];
        if (!fits || !guest.memory().tryRead(code.start(), MemorySegment.ofArray(content))) {
            throw new HostCallException("jitdump", 0, name + " at " + code + " is not readable");
        }
        dump.function(name, code, content, lines);
    }

    @Override
    public void left(LoadedCode code) {}
}

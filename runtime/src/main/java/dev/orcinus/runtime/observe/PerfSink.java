package dev.orcinus.runtime.observe;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.epc.PerfRecordBatch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names code to the Linux tool perf: the functions of code that our loader links, if the system
 * property {@link #PROPERTY} is {@code true}, and those that a controller of LLVM names by itself.
 */
final class PerfSink implements CodeSink {
    /** The system property that turns it on for our loader. */
    static final String PROPERTY = "orcinus.perf";

    private static final long LARGEST_BYTES = 1 << 30;

    private final Guest guest;

    PerfSink(Guest guest) {
        this.guest = guest;
    }

    @Override
    public void arrived(LoadedCode code) throws HostCallException {
        try {
            PerfDump dump = PerfDump.of(guest);
            for (SymbolRange symbol : code.symbols()) {
                if (guest.memory().isExecutable(symbol.range().start())) {
                    write(dump, symbol.name(), symbol.range());
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Writes what a controller tells; perf expects lines just before the function that has them.
     */
    void write(PerfRecordBatch batch) throws HostCallException {
        try {
            PerfDump dump = PerfDump.of(guest);
            Map<ExecutorAddress, List<PerfRecordBatch.Line>> lines = new HashMap<>();
            batch.lines().forEach(known -> lines.put(known.function(), known.lines()));
            for (PerfRecordBatch.Function function : batch.functions()) {
                if (lines.containsKey(function.start())) {
                    dump.lines(function.start(), lines.get(function.start()));
                }
                write(
                        dump,
                        function.name(),
                        AddressRange.of(function.start(), function.sizeBytes()));
            }
        } catch (IOException e) {
            throw failure(e);
        }
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

    private void write(PerfDump dump, String name, AddressRange code)
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
        dump.function(name, code, content);
    }

    @Override
    public void left(LoadedCode code) {}
}

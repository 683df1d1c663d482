package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileKind;
import dev.orcinus.jit.ObjectInspector;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.input.UniversalFiles;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads, prints and links inputs, without running them. */
final class Attempt {
    private static final String LABEL = "input.o";
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int INPUTS_PER_TELLING = 8;

    private final String architecture;
    private int inputs;
    private int linked;
    private int refused;

    /**
     * Makes it for a processor.
     *
     * @param architecture the processor's name, as in the first part of a target triple
     */
    Attempt(String architecture) {
        this.architecture = architecture;
    }

    /** Returns the number of inputs that could be linked. */
    int linked() {
        return linked;
    }

    /** Returns the number of inputs that were refused. */
    int refused() {
        return refused;
    }

    /**
     * Links an input, and also prints one of every few. Requires that it is refused or linked in a
     * short time, and that nothing stays behind.
     *
     * @param what the input's name, for messages
     */
    void on(byte[] input, String what) {
        long start = System.nanoTime();
        try {
            MemorySegment bytes = MemorySegment.ofArray(input);
            if (inputs++ % INPUTS_PER_TELLING == 0) {
                isAccepted(() -> tell(bytes));
            }
            if (isAccepted(() -> link(bytes))) {
                linked++;
            } else {
                refused++;
            }
        } catch (Throwable e) {
            throw new AssertionError(what + ": " + e, e);
        }
        long took = System.nanoTime() - start;
        if (took > LONGEST_NANOS) {
            throw new AssertionError(what + " took " + took / 1_000_000 + " ms");
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static boolean isAccepted(Step step) throws IOException {
        try {
            step.run();
            return true;
        } catch (LinkException e) {
            assertEquals(true, e.getMessage().contains(LABEL), e.getMessage());
            return false;
        }
    }

    private static void tell(MemorySegment bytes) throws IOException {
        ObjectInspector.of(ObjectInspector.allParts()).inspect(LABEL, bytes, Writer.nullWriter());
    }

    private void link(MemorySegment input) {
        RehearsalTarget target = new RehearsalTarget(architecture, RehearsalTarget.Symbols.NEAR);
        MemorySegment bytes = UniversalFiles.slice(LABEL, input, target.triple());
        LinkSession session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
        Dylib dylib = session.createDylib(LABEL);
        session.addSource(dylib, names -> target.find(target.process(), names));
        try {
            if (FileKind.of(bytes).isArchive()) {
                ArchiveObjects archive = new ArchiveObjects(LABEL, bytes, MemberFiles.none());
                session.addObjects(dylib, archive);
                lookupAnswer(session, dylib);
                session.addAll(session.createDylib("whole"), archive.all());
            } else {
                session.add(dylib, () -> ObjectReader.read(LABEL, bytes));
            }
            session.linkAll(dylib);
        } finally {
            session.close(dylib);
            assertEquals(0, target.allocationCount(), "allocations that stay behind");
        }
    }

    /** Requires that the refusal is about a request for the address of a thread-local. */
    private static void lookupAnswer(LinkSession session, Dylib dylib) {
        for (String answer : List.of("answer", "_answer")) {
            try {
                session.lookup(dylib, List.of(answer));
            } catch (IllegalArgumentException e) {
                assertTrue(
                        e.getMessage().contains("'" + answer + "' is thread-local"), e::getMessage);
            }
        }
    }
}

package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.input.UniversalFiles;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/** A session that runs nothing. Its work succeeds or is refused; no allocation stays behind. */
final class Rehearsed {
    private static final List<String> PROCESSORS = List.of("x86_64", "aarch64");

    private Rehearsed() {}

    /** Work in a session. */
    @FunctionalInterface
    interface Work {
        /** Does the work. */
        void in(LinkSession session, Dylib dylib);
    }

    /**
     * Does some work for each processor that code is linked for.
     *
     * @param input the file, which may be universal
     */
    static void run(byte[] input, Function<MemorySegment, Work> work) {
        for (String processor : PROCESSORS) {
            RehearsalTarget target = new RehearsalTarget(processor, RehearsalTarget.Symbols.NEAR);
            run(target, (session, dylib) -> work.apply(slice(input, target)).in(session, dylib));
        }
    }

    private static MemorySegment slice(byte[] input, RehearsalTarget target) {
        return UniversalFiles.slice("input", MemorySegment.ofArray(input), target.triple());
    }

    private static void run(RehearsalTarget target, Work work) {
        try {
            LinkSession session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
            Dylib dylib = session.createDylib("fuzzed");
            session.addSource(dylib, names -> target.find(target.process(), names));
            try {
                work.in(session, dylib);
            } finally {
                session.close(dylib);
            }
        } catch (LinkException refused) {
            assertFalse(refused.getMessage().isEmpty());
        }
        assertEquals(0, target.allocationCount(), "allocations that stay behind");
    }
}

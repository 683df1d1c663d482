package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;

/** A session that runs nothing. Its work succeeds or is refused; no allocation stays behind. */
final class Rehearsed {
    private Rehearsed() {}

    /** Work in a session. */
    @FunctionalInterface
    interface Work {
        /** Does the work. */
        void in(LinkSession session, Dylib dylib);
    }

    static void run(Work work) {
        RehearsalTarget target = new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NEAR);
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

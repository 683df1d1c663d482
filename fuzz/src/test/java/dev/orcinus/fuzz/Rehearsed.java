package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;

/** A session that runs nothing. It works, or it refuses; nothing stays behind. */
final class Rehearsed {
    private Rehearsed() {}

    /** What is done in a session. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        void in(LinkSession session, Dylib dylib) throws LinkException;
    }

    static void run(Work work) {
        RehearsalTarget target = new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NEAR);
        try {
            LinkSession session = new LinkSession(target, LinkOptions.DEFAULT);
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

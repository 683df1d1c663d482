package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section bounds when objects come, fail and go one after the other. */
final class JoinedSectionsTest {
    private static final String FOLDER = "section-bounds-of-other-objects/";

    private final RehearsalTarget target =
            new RehearsalTarget("x86_64", RehearsalTarget.Symbols.NONE);
    private final LinkSession session =
            new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
    private final Dylib dylib = session.createDylib("test");

    private Unit add(String name) {
        return SuiteObjects.add(session, dylib, FOLDER + name);
    }

    private ExecutorAddress address(String symbol) {
        return session.lookup(dylib, List.of(symbol)).get(symbol);
    }

    private long boundsDistance() {
        MemorySegment words = MemorySegment.ofArray(target.bytes(address("bounds"), 16));
        return words.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)
                - words.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    @Test
    void aPartThatComesLaterIsRefused() {
        add("a.o");
        add("b.o");
        add("member.o");
        assertEquals(24, boundsDistance());
        add("c.o");
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, () -> address("variable"));
        assertEquals(
                FOLDER
                        + "c.o: it has the section 'hooks', to whose bounds code refers that is linked"
                        + " already; add it before that code is linked, or to another dylib",
                refusal.getMessage());
        Dylib other = session.createDylib("other");
        SuiteObjects.add(session, other, FOLDER + "c.o");
        session.lookup(other, List.of("variable"));
    }

    @Test
    void aPartThatWasLinkedEarlierIsRefused() {
        add("c.o");
        address("variable");
        add("a.o");
        add("member.o");
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, this::boundsDistance);
        assertTrue(
                refusal.getMessage()
                        .startsWith(
                                FOLDER
                                        + "c.o: it was linked before an object that refers to the bounds of"
                                        + " its section 'hooks'"),
                refusal.getMessage());
    }

    @Test
    void anAttemptThatFailsLeavesNothing() {
        add("a.o");
        add("b.o");
        assertThrows(UnresolvedSymbolsException.class, this::boundsDistance);
        assertEquals(0, target.allocationCount());
        add("c.o");
        add("member.o");
        assertEquals(40, boundsDistance());
        session.close(dylib);
        assertEquals(0, target.allocationCount());
    }

    @Test
    void onePartIsNotRemovedAlone() {
        add("a.o");
        Unit part = add("b.o");
        add("member.o");
        assertEquals(24, boundsDistance());
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> session.removeAll(List.of(part)));
        assertEquals(
                FOLDER
                        + "b.o has parts of sections to whose bounds code refers; it is removed when its"
                        + " dylib test is closed",
                refusal.getMessage());
        session.close(dylib);
        assertEquals(0, target.allocationCount());
    }
}

package dev.orcinus.runtime.unwind;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.runtime.EhFrames;
import dev.orcinus.runtime.RegistrationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class EhFrameSectionTest {
    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final EhFrameSection sections = new EhFrameSection(memory);
    private final AddressRange page = memory.pages(PAGE, MemProt.READ_WRITE);
    private final ExecutorAddress start = page.start();

    private static void assertRefused(String message, Executable walk) {
        assertEquals(message, assertThrows(RegistrationException.class, walk).getMessage());
    }

    @Test
    void aTerminatorAloneIsAnEmptySection() throws RegistrationException {
        memory.put(start, EhFrames.of());
        assertTrue(sections.isEmptyAt(start));
        assertEquals(AddressRange.of(start, 4), sections.walk(start));
        assertTrue(sections.isTerminated(AddressRange.of(start, 4)));
    }

    @Test
    void aSectionEndsBehindItsTerminator() throws RegistrationException {
        memory.put(start, EhFrames.of(20, 5, 28));
        assertFalse(sections.isEmptyAt(start));
        long size = 3 * 4 + 20 + 5 + 28 + 4;
        assertEquals(AddressRange.of(start, size), sections.walk(start));
        assertTrue(sections.isTerminated(AddressRange.of(start, size)));
    }

    @Test
    void aTerminatorCountsOnlyInsideOfTheSection() throws RegistrationException {
        memory.put(start, EhFrames.of(20));
        assertTrue(sections.isTerminated(AddressRange.of(start, 28)));
        assertFalse(sections.isTerminated(AddressRange.of(start, 24)));
    }

    @Test
    void whatFollowsASectionWithoutTerminatorIsNotTakenForARecord() {
        memory.put(start, new EhFrames().record(20).word(8).word(0x77).word(0).word(0).toBytes());
        RegistrationException refused =
                assertThrows(RegistrationException.class, () -> sections.walk(start));
        assertEquals(
                ".eh_frame: the record at "
                        + start.plus(24)
                        + " is neither a CIE nor an FDE of one before it",
                refused.getMessage());
    }

    @Test
    void anFdePointsBackToItsCie() throws RegistrationException {
        memory.put(start, new EhFrames().record(20).word(8).word(28).word(0).word(0).toBytes());
        assertEquals(AddressRange.of(start, 24 + 12 + 4), sections.walk(start));
    }

    @Test
    void aRecordMayHaveA64BitLength() throws RegistrationException {
        memory.put(start, new EhFrames().longRecord(20).longRecord(4).record(4).word(0).toBytes());
        long size = 12 + 20 + 12 + 4 + 8 + 4;
        assertTrue(sections.isTerminated(AddressRange.of(start, size)));
    }

    @Test
    void aRecordMayNotReachBeyondTheLimit() {
        memory.put(start, EhFrames.of(20, 28));
        ExecutorAddress second = start.plus(24);
        assertRefused(
                ".eh_frame at "
                        + start
                        + ": the record at "
                        + second
                        + " ends at "
                        + second.plus(32)
                        + ", beyond the section's end "
                        + start.plus(55),
                () -> sections.isTerminated(AddressRange.of(start, 55)));
    }

    @Test
    void aLongRecordMayNotReachBeyondTheLimit() {
        memory.put(start, new EhFrames().longRecord(20).word(0).toBytes());
        assertRefused(
                ".eh_frame at "
                        + start
                        + ": the record at "
                        + start
                        + " ends at "
                        + start.plus(32)
                        + ", beyond the section's end "
                        + start.plus(31),
                () -> sections.isTerminated(AddressRange.of(start, 31)));
    }

    @Test
    void theGreatest32BitLengthIsNotNegative() {
        memory.put(start, new EhFrames().word(0xffff_fffe).toBytes());
        assertRefused(
                ".eh_frame at "
                        + start
                        + ": the record at "
                        + start
                        + " ends at "
                        + start.plus(4 + 0xffff_fffeL)
                        + ", beyond the section's end "
                        + start.plus(0xffff_ffffL),
                () -> sections.isTerminated(AddressRange.of(start, 0xffff_ffffL)));
    }

    @Test
    void aSectionThatRunsOutOfMemoryIsRefused() {
        int length = (int) PAGE - 4;
        memory.put(start, new EhFrames().word(length).toBytes());
        String message = ".eh_frame: nothing readable at " + page.end();
        assertRefused(message, () -> sections.walk(start));
        assertRefused(
                message,
                () -> sections.isTerminated(new AddressRange(start, page.end().plus(PAGE))));
    }

    @Test
    void a64BitLengthThatIsNotThereIsRefused() {
        ExecutorAddress word = new ExecutorAddress(page.end().value() - 4);
        memory.put(word, new EhFrames().word(0xffff_ffff).toBytes());
        assertRefused(".eh_frame: nothing readable at " + page.end(), () -> sections.walk(word));
    }

    @Test
    void memoryThatIsNotThereIsRefused() {
        ExecutorAddress nowhere = new ExecutorAddress(0x10);
        String message = ".eh_frame: nothing readable at 0x10";
        assertRefused(message, () -> sections.isEmptyAt(nowhere));
        assertRefused(message, () -> sections.walk(nowhere));
        ExecutorAddress half = new ExecutorAddress(page.end().value() - 2);
        assertRefused(".eh_frame: nothing readable at " + half, () -> sections.isEmptyAt(half));
    }
}

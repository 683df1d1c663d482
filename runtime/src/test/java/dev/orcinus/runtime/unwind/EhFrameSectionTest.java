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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EhFrameSectionTest {
    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final EhFrameSection sections = new EhFrameSection(memory);
    private final AddressRange page = memory.pages(PAGE, MemProt.READ_WRITE);
    private final ExecutorAddress start = page.start();

    private AddressRange walk(ExecutorAddress section) throws RegistrationException {
        return newRecords(section).withTerminator();
    }

    /** Returns the records as they are now, whatever has been read before. */
    private EhFrameSection.Records newRecords(ExecutorAddress section)
            throws RegistrationException {
        return new EhFrameSection(memory).records(section);
    }

    private boolean isTerminated(AddressRange section) throws RegistrationException {
        return sections.records(section).isTerminated();
    }

    private static void assertRefused(String message, Executable walk) {
        assertEquals(message, assertThrows(RegistrationException.class, walk).getMessage());
    }

    @Test
    void aTerminatorAloneIsAnEmptySection() throws RegistrationException {
        memory.put(start, EhFrames.of());
        assertTrue(sections.isEmptyAt(start));
        assertEquals(AddressRange.of(start, 4), walk(start));
        assertTrue(isTerminated(AddressRange.of(start, 4)));
    }

    @Test
    void aSectionEndsBehindItsTerminator() throws RegistrationException {
        memory.put(start, EhFrames.of(20, 5, 28));
        assertFalse(sections.isEmptyAt(start));
        long size = 3 * 4 + 20 + 5 + 28 + 4;
        assertEquals(AddressRange.of(start, size), walk(start));
        assertTrue(isTerminated(AddressRange.of(start, size)));
    }

    @Test
    void aTerminatorCountsOnlyInsideOfTheSection() throws RegistrationException {
        memory.put(start, EhFrames.of(20));
        assertTrue(isTerminated(AddressRange.of(start, 28)));
        assertFalse(isTerminated(AddressRange.of(start, 24)));
    }

    @Test
    void whatFollowsASectionWithoutTerminatorIsNotTakenForARecord() {
        memory.put(start, new EhFrames().record(20).word(8).word(0x77).word(0).word(0).toBytes());
        RegistrationException refused =
                assertThrows(RegistrationException.class, () -> walk(start));
        assertEquals(
                ".eh_frame: the record at "
                        + start.plus(24)
                        + " is neither a CIE nor an FDE of one before it",
                refused.getMessage());
    }

    @Test
    void anFdePointsBackToItsCie() throws RegistrationException {
        memory.put(start, new EhFrames().record(20).word(8).word(28).word(0).word(0).toBytes());
        assertEquals(AddressRange.of(start, 24 + 12 + 4), walk(start));
    }

    /**
     * The distance of an FDE to its CIE may look like the length of a record, and the address of
     * its code like the distance to a CIE: then nothing is behind that record.
     */
    @Test
    void anFdeThatLooksLikeAGapIsNone() throws RegistrationException {
        EhFrames frames = new EhFrames().record(20).word(40).word(28).word(32);
        for (int i = 0; i < 8; i++) {
            frames.word(0x7777_7777);
        }
        memory.put(start, frames.word(0).toBytes());
        assertEquals(AddressRange.of(start, 24 + 44 + 4), walk(start));
    }

    @Test
    void aRecordMayHaveA64BitLength() throws RegistrationException {
        memory.put(start, new EhFrames().longRecord(20).longRecord(4).record(4).word(0).toBytes());
        long size = 12 + 20 + 12 + 4 + 8 + 4;
        assertTrue(isTerminated(AddressRange.of(start, size)));
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
                () -> isTerminated(AddressRange.of(start, 55)));
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
                () -> isTerminated(AddressRange.of(start, 31)));
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
                () -> isTerminated(AddressRange.of(start, 0xffff_ffffL)));
    }

    @Test
    void aSectionThatRunsOutOfMemoryIsRefused() {
        int length = (int) PAGE - 4;
        memory.put(start, new EhFrames().word(length).toBytes());
        String message = ".eh_frame: nothing readable at " + page.end();
        assertRefused(message, () -> walk(start));
        assertRefused(message, () -> isTerminated(new AddressRange(start, page.end().plus(PAGE))));
    }

    @Test
    void a64BitLengthThatIsNotThereIsRefused() {
        ExecutorAddress word = new ExecutorAddress(page.end().value() - 4);
        memory.put(word, new EhFrames().word(0xffff_ffff).toBytes());
        assertRefused(".eh_frame: nothing readable at " + page.end(), () -> walk(word));
    }

    @Test
    void memoryThatIsNotThereIsRefused() {
        ExecutorAddress nowhere = new ExecutorAddress(0x10);
        String message = ".eh_frame: nothing readable at 0x10";
        assertRefused(message, () -> sections.isEmptyAt(nowhere));
        assertRefused(message, () -> walk(nowhere));
        ExecutorAddress half = new ExecutorAddress(page.end().value() - 2);
        assertRefused(".eh_frame: nothing readable at " + half, () -> sections.isEmptyAt(half));
    }

    /**
     * A CIE, a gap, an FDE of it, and perhaps a second gap and FDE, as JITLink leaves them.
     *
     * @param gap what stands in the gaps
     */
    private static EhFrames withGap(int gap) {
        return new EhFrames()
                .cie()
                .word(gap)
                .word(20) // the FDE at 28
                .word(32)
                .word(0x1234)
                .word(0x10)
                .word(0)
                .word(0);
    }

    /** The gap holds whatever was there: nothing, a length too large, or small enough. */
    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0xffff_f000, 0x7f6f, 1, 8, 20})
    void aGapBetweenRecordsIsFound(int gap) throws RegistrationException {
        byte[] section = withGap(gap).word(0).toBytes();
        memory.put(start, section);
        EhFrameSection.Records records = sections.records(AddressRange.of(start, section.length));
        assertEquals(List.of(24), records.gaps());
        assertEquals(start.plus(52), records.end());
        assertTrue(records.isTerminated());
        assertFalse(records.isReadable());
        assertEquals(records, sections.records(start));
    }

    /** The gap and the record's length look like an FDE of the CIE; a terminator follows both. */
    @ParameterizedTest
    @ValueSource(ints = {8, 0x24, 0x30})
    void aGapThatLooksLikeARecordIsFound(int gap) throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(gap).word(28).word(32).word(0x1234).word(0x10);
        memory.put(start, section.word(0).word(0).word(0).word(0).word(0).toBytes());
        assertEquals(List.of(24), sections.records(start).gaps());
    }

    /** The FDE behind the second CIE is one of that CIE. */
    @ParameterizedTest
    @ValueSource(ints = {0, 8, 0x24, -4096})
    void aGapBeforeACieIsFound(int gap) throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(gap).cie().word(20).word(28).word(0x1234);
        memory.put(start, section.word(0x10).word(0).word(0).word(0).toBytes());
        assertEquals(List.of(24), sections.records(start).gaps());
    }

    @Test
    void aGapMayBeBeforeACieAndBeforeEachRecord() throws RegistrationException {
        memory.put(
                start, withGap(0).word(0).cie().word(7).word(8).word(32).word(0).word(0).toBytes());
        assertEquals(List.of(24, 52, 80), sections.records(start).gaps());
    }

    @Test
    void whatFollowsATerminatorIsNoRecord() throws RegistrationException {
        memory.put(start, new EhFrames().cie().word(0).word(20).word(33).word(0).word(0).toBytes());
        assertEquals(List.of(), sections.records(start).gaps());
        assertEquals(AddressRange.of(start, 28), walk(start));
    }

    /** The beginning of the record behind it is on the next page. */
    @Test
    void aGapAtTheEndOfAPageIsFound() throws RegistrationException {
        ExecutorAddress nearBorder =
                memory.pages(2 * PAGE, MemProt.READ_WRITE).start().plus(PAGE - 32);
        memory.put(nearBorder, withGap(7).word(0).toBytes());
        assertEquals(List.of(24), sections.records(nearBorder).gaps());
    }

    /** What was read at the gap before it looks like a gap, and must not be used again. */
    @Test
    void aTerminatorAtTheEndOfMemoryIsNoGap() throws RegistrationException {
        byte[] section = new EhFrames().cie().word(7).cie().word(0).toBytes();
        ExecutorAddress atTheEnd = start.plus(PAGE - section.length);
        memory.put(atTheEnd, section);
        assertEquals(List.of(24), sections.records(atTheEnd).gaps());
    }

    /** What lies behind a gap is a record only if it ends inside of the section. */
    @Test
    void aRecordBehindAGapEndsWhereTheSectionEndsAtTheLatest() throws RegistrationException {
        memory.put(start, withGap(0).toBytes());
        assertEquals(List.of(24), sections.records(AddressRange.of(start, 52)).gaps());
        EhFrameSection.Records cut = sections.records(AddressRange.of(start, 51));
        assertEquals(List.of(), cut.gaps(), "the gap is taken for a terminator");
        assertTrue(cut.isTerminated());
        assertEquals(start.plus(24), cut.end());
    }

    /** The smallest FDE that a gap is told from has its distance and one more word. */
    @Test
    void aRecordBehindAGapHasAtLeastTwoWords() throws RegistrationException {
        memory.put(start, new EhFrames().cie().word(0).word(8).word(32).word(1).word(0).toBytes());
        assertEquals(List.of(24), newRecords(start).gaps());
        memory.put(start, new EhFrames().cie().word(0).word(7).word(32).word(1).word(0).toBytes());
        assertEquals(List.of(), newRecords(start).gaps());
    }

    /** Only what a compiler writes behind the length and the null is taken for a CIE. */
    @ParameterizedTest
    @ValueSource(ints = {0x7a01, 0x0001, 0x6501, 0x7a03})
    void aCieBehindAGapIsKnownByItsVersionAndAugmentation(int beginning)
            throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(0).word(12).word(0).word(beginning).word(0);
        memory.put(start, section.word(0).toBytes());
        assertEquals(List.of(24), sections.records(start).gaps());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7a02, 0x7a04, 0x7b01, 0x0101})
    void whatIsNoCieBehindATerminatorIsNoGap(int beginning) throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(0).word(12).word(0).word(beginning).word(0);
        memory.put(start, section.word(0).toBytes());
        assertEquals(List.of(), sections.records(start).gaps());
    }

    /** A gap that looks like a record, before an FDE that ends where the section does. */
    @Test
    void aGapThatLooksLikeARecordMayBeBeforeTheLastRecord() throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(8).word(28).word(32).word(0x1234).word(0x10);
        byte[] bytes = section.word(0).word(0).word(0).word(0).toBytes();
        memory.put(start, bytes);
        memory.put(start.plus(bytes.length), new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
        AddressRange whole = AddressRange.of(start, bytes.length);
        assertEquals(List.of(24), sections.records(whole).gaps());
    }

    /** A gap that looks like a record, before an FDE that another record or gap follows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGapThatLooksLikeARecordMayBeBeforeMore(boolean secondGap) throws RegistrationException {
        EhFrames section = new EhFrames().cie().word(8).word(28).word(32).word(0x1234).word(0x10);
        section.word(0).word(0).word(0).word(0);
        if (secondGap) {
            section.word(0x7777_7777);
        }
        int next = 24 + 4 + 32 + (secondGap ? 4 : 0);
        section.word(8).word(next + 4).word(0x55).word(0);
        memory.put(start, section.toBytes());
        assertEquals(secondGap ? List.of(24, 60) : List.of(24), sections.records(start).gaps());
    }

    /** The bytes are those of today, also if a section was read before at the same place. */
    @Test
    void contentThatHasChangedIsReadAgain() throws RegistrationException {
        memory.put(start, EhFrames.of());
        assertTrue(sections.isEmptyAt(start));
        memory.put(start, EhFrames.of(20));
        assertFalse(sections.isEmptyAt(start));
        assertEquals(AddressRange.of(start, 28), sections.records(start).withTerminator());
    }

    /** A call of the system for each record would take as long as the link itself. */
    @Test
    void recordsAreReadPageByPage() throws RegistrationException {
        AddressRange pages = memory.pages(4 * PAGE, MemProt.READ_WRITE);
        int records = (int) (4 * PAGE / 24) - 1;
        for (int i = 0; i < records; i++) {
            memory.put(pages.start().plus(24L * i), new EhFrames().cie().toBytes());
        }
        int before = memory.reads();
        AddressRange all = walk(pages.start());
        assertEquals(24L * records + 4, all.sizeBytes());
        int reads = memory.reads() - before;
        assertTrue(reads <= 24, reads + " reads of " + records + " records in 4 pages");
    }

    @Test
    void a64BitLengthIsAtMostThatOfTheLargestSection() {
        for (long length : new long[] {-1, (1L << 32) + 1}) {
            memory.put(start, new EhFrames().longWord(length).toBytes());
            assertRefused(
                    ".eh_frame: the record at "
                            + start
                            + " has a length of 0x"
                            + Long.toHexString(length),
                    () -> walk(start));
        }
        memory.put(start, new EhFrames().longWord(1L << 32).toBytes());
        ExecutorAddress end = start.plus(12 + (1L << 32));
        assertRefused(
                ".eh_frame at "
                        + start
                        + ": the record at "
                        + start
                        + " ends at "
                        + end
                        + ", beyond the section's end "
                        + start.plus(1L << 32),
                () -> walk(start));
    }

    /** A CIE of which an FDE with a 64-bit length is one. */
    @Test
    void anFdeWithA64BitLengthPointsBackToItsCie() throws RegistrationException {
        EhFrames section = new EhFrames().cie().longWord(8).word(24 + 12).word(0x1234).word(0);
        memory.put(start, section.toBytes());
        assertEquals(AddressRange.of(start, 24 + 12 + 8 + 4), walk(start));
        EhFrames off = new EhFrames().cie().longWord(8).word(24 + 4).word(0x1234).word(0);
        memory.put(start, off.toBytes());
        assertThrows(RegistrationException.class, () -> walk(start));
    }
}

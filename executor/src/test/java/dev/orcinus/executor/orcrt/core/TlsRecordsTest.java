package dev.orcinus.executor.orcrt.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.orcrt.core.TlsRecords.TlsRecord;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import dev.orcinus.runtime.guest.GuestReader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests of the records as native code sees them: descriptor, template, size, next. */
final class TlsRecordsTest {
    private static final AddressRange FIRST = AddressRange.of(new ExecutorAddress(0x1000), 0x20);
    private static final AddressRange SECOND = AddressRange.of(new ExecutorAddress(0x2000), 0x30);
    private static final Descriptor DESCRIPTOR = new Descriptor(new ExecutorAddress(0x77), 9);

    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final TlsRecords records = new TlsRecords(memory);

    private List<Long> words(ExecutorAddress record) {
        long[] words = new GuestReader(memory).words(record, 5).orElseThrow();
        return Arrays.stream(words).boxed().toList();
    }

    @Test
    void aNewRecordTellsOfNothing() throws HostCallException {
        assertEquals(List.of(0L, 0L, 0L, 0L, 0L), words(records.create().address()));
    }

    @Test
    void aFilledRecordTellsWhereItsTemplateIs() throws HostCallException {
        TlsRecord record = records.create();
        assertSame(record, record.forTemplate(FIRST));
        record.fill(FIRST, DESCRIPTOR);
        assertEquals(List.of(0x77L, 9L, 0x1000L, 0x20L, 0L), words(record.address()));
        assertSame(record, record.forTemplate(FIRST), "known already");
    }

    @Test
    void aFurtherTemplateHangsOnTheRecord() throws HostCallException {
        TlsRecord record = records.create();
        record.fill(FIRST, DESCRIPTOR);
        TlsRecord other = record.forTemplate(SECOND);
        assertEquals(other.address().value(), words(record.address()).get(4));
        other.fill(SECOND, DESCRIPTOR);
        assertSame(other, record.forTemplate(SECOND));
        assertSame(record, record.forTemplate(FIRST));
    }

    @Test
    void aClearedRecordServesAnotherTemplate() throws HostCallException {
        TlsRecord record = records.create();
        record.fill(FIRST, DESCRIPTOR);
        record.clear();
        assertEquals(0, words(record.address()).get(3), "native code asks again");
        assertSame(record, record.forTemplate(SECOND));
    }

    @Test
    void recordsLieApartAndAreGivenBack() throws HostCallException {
        Set<Long> lines = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            ExecutorAddress address = records.create().address();
            assertTrue(address.isAligned(64));
            assertTrue(lines.add(address.value()));
        }
        assertNotEquals(1, memory.mapped().size(), "more than a page");
        records.close();
        assertEquals(List.of(), memory.mapped());
    }

    @Test
    void memoryThatIsNotThereIsAFailure() throws HostCallException {
        TlsRecord record = records.create();
        records.close();
        assertThrows(HostCallException.class, () -> record.fill(FIRST, DESCRIPTOR));
        assertThrows(HostCallException.class, record::clear);
    }
}

package dev.orcinus.executor.service;

import static dev.orcinus.executor.TestSession.BOOT;
import static dev.orcinus.executor.TestSession.GUEST;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.TestSession;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class MemoryAccessServiceTest {
    private static final byte[] NOTHING = {};
    private static final List<ExecutorAddress> NOWHERE =
            List.of(
                    ExecutorAddress.NULL,
                    new ExecutorAddress(8),
                    new ExecutorAddress(-8),
                    new ExecutorAddress(1L << 62),
                    new ExecutorAddress(Long.MIN_VALUE));

    private TestSession session;
    private ExecutorAddress memory;
    private long pageBytes;

    @BeforeEach
    void start() throws Exception {
        session = new TestSession();
        pageBytes = session.setup().pageSizeBytes();
        memory = session.reserve(2 * pageBytes);
    }

    @AfterEach
    void leave() throws Exception {
        session.reserve(1);
        session.close();
    }

    private byte[] call(String what, SpsWriter arguments) throws Exception {
        return session.call(BOOT + "mem_" + what + "_wrapper", arguments);
    }

    private static SpsWriter one() {
        return new SpsWriter().writeLong(1);
    }

    @ParameterizedTest
    @CsvSource({"uint8s,1", "uint16s,2", "uint32s,4", "uint64s,8", "pointers,8"})
    void whatIsWrittenIsRead(String type, int size) throws Exception {
        byte[] values = new byte[3 * size];
        new Random(size).nextBytes(values);
        SpsWriter write = new SpsWriter().writeLong(3);
        SpsWriter read = new SpsWriter().writeLong(3);
        for (int i = 0; i < 3; i++) {
            ExecutorAddress at = memory.plus(1 + 100L * i);
            byte[] value = new byte[size];
            System.arraycopy(values, i * size, value, 0, size);
            write.writeAddress(at).writeBytes(value);
            read.writeAddress(at);
        }
        assertArrayEquals(NOTHING, call("write_" + type, write));
        assertArrayEquals(
                new SpsWriter().writeLong(3).writeBytes(values).toBytes(),
                call("read_" + type, read));
    }

    @Test
    void buffersAreCopiedWhole() throws Exception {
        byte[] content = new byte[(int) pageBytes + 7];
        new Random(1).nextBytes(content);
        assertArrayEquals(
                NOTHING, call("write_buffers", one().writeAddress(memory).writeBlob(content)));
        SpsWriter ranges =
                new SpsWriter()
                        .writeLong(2)
                        .writeAddress(memory)
                        .writeAddress(memory.plus(content.length))
                        .writeAddress(memory)
                        .writeAddress(memory);
        assertArrayEquals(
                new SpsWriter().writeLong(2).writeBlob(content).writeBlob(NOTHING).toBytes(),
                call("read_buffers", ranges));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 5000})
    void stringsEndAtTheirNul(int length) throws Exception {
        String text = "x".repeat(length);
        ExecutorAddress at = memory.plus(3);
        call(
                "write_buffers",
                one().writeAddress(at)
                        .writeBlob((text + "\0y").getBytes(StandardCharsets.US_ASCII)));
        assertArrayEquals(
                one().writeString(text).toBytes(), call("read_strings", one().writeAddress(at)));
    }

    @Test
    void emptyListsAreEmptyResults() throws Exception {
        byte[] none = new SpsWriter().writeLong(0).toBytes();
        for (String type : List.of("uint8s", "uint64s", "buffers")) {
            assertArrayEquals(NOTHING, call("write_" + type, new SpsWriter().writeLong(0)));
            assertArrayEquals(none, call("read_" + type, new SpsWriter().writeLong(0)));
        }
        assertArrayEquals(none, call("read_strings", new SpsWriter().writeLong(0)));
    }

    @ParameterizedTest
    @CsvSource({"uint8s,1", "uint16s,2", "uint32s,4", "uint64s,8", "pointers,8"})
    void addressesThatAreNotMappedSpoilTheCallOnly(String type, int size) throws Exception {
        for (ExecutorAddress nowhere : NOWHERE) {
            assertArrayEquals(NOTHING, call("read_" + type, one().writeAddress(nowhere)));
            assertRefused("read", size, nowhere);
            assertArrayEquals(
                    NOTHING,
                    call("write_" + type, one().writeAddress(nowhere).writeBytes(new byte[size])));
            assertRefused("write", size, nowhere);
        }
    }

    private static void assertRefused(String what, int size, ExecutorAddress address) {
        assertEquals(
                "cannot " + what + " " + size + " bytes at " + address + ": not mapped for that",
                TestSession.log().getLast());
    }

    @Test
    void buffersAndStringsThatAreNotMappedAreRefusedToo() throws Exception {
        for (ExecutorAddress nowhere : NOWHERE.subList(0, 2)) {
            SpsWriter range = one().writeAddress(nowhere).writeAddress(nowhere.plus(16));
            assertArrayEquals(NOTHING, call("read_buffers", range));
            assertArrayEquals(NOTHING, call("read_strings", one().writeAddress(nowhere)));
            assertArrayEquals(
                    NOTHING,
                    call("write_buffers", one().writeAddress(nowhere).writeBlob(new byte[16])));
        }
        assertEquals(6, TestSession.log().size());
    }

    @Test
    void aRangeLargerThanAnyMemoryIsRefused() throws Exception {
        SpsWriter all =
                one().writeAddress(ExecutorAddress.NULL).writeAddress(new ExecutorAddress(-1));
        assertArrayEquals(NOTHING, call("read_buffers", all));
        assertTrue(
                TestSession.log()
                        .getLast()
                        .equals("cannot read more than 1073741824 bytes with one call"));
    }

    @Test
    void whatRunsIntoAHoleIsRefused() throws Exception {
        AddressRange two = GUEST.memory().map(2 * pageBytes);
        ExecutorAddress hole = two.start().plus(pageBytes);
        GUEST.memory().unmap(List.of(new AddressRange(hole, two.end())));
        ExecutorAddress end = new ExecutorAddress(hole.value() - 4);
        assertArrayEquals(NOTHING, call("write_uint32s", one().writeAddress(end).writeInt(-1)));
        assertEquals(List.of(), TestSession.log());
        assertArrayEquals(NOTHING, call("read_strings", one().writeAddress(end)));
        assertRefused("read a string", 0, end);
        assertArrayEquals(NOTHING, call("read_uint64s", one().writeAddress(end)));
        assertRefused("read", 8, end);
        assertArrayEquals(NOTHING, call("write_uint64s", one().writeAddress(end).writeLong(1)));
        assertRefused("write", 8, end);
        GUEST.memory().unmap(List.of(new AddressRange(two.start(), hole)));
    }

    @Test
    void aReadOnlyPageIsNotWritten() throws Exception {
        ExecutorAddress page = memory.plus(pageBytes);
        TestSession.value(
                Sps.ADDRESS,
                session.initialize(List.of(session.segment(MemProt.READ, page, (byte) 5))));
        assertArrayEquals(
                NOTHING, call("write_uint8s", one().writeAddress(page).writeByte((byte) 6)));
        assertRefused("write", 1, page);
        assertArrayEquals(
                one().writeByte((byte) 5).toBytes(), call("read_uint8s", one().writeAddress(page)));
    }

    @Test
    void aCountThatLiesIsRefusedBeforeAnythingIsWritten() throws Exception {
        SpsWriter lie = new SpsWriter().writeLong(2).writeAddress(memory).writeByte((byte) 9);
        assertArrayEquals(NOTHING, call("write_uint8s", lie));
        assertArrayEquals(
                one().writeByte((byte) 0).toBytes(),
                call("read_uint8s", one().writeAddress(memory)));
        assertTrue(
                TestSession.log().getLast().contains("a sequence of 2 elements in 9 bytes"),
                TestSession.log().toString());
    }
}

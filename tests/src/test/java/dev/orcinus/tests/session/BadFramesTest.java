package dev.orcinus.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.LineEnd;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of frames after which no data can be trusted: the session ends, the controller is told why,
 * the executor's status is 1, and everything that the session held is freed. Each session holds
 * code with a dealloc action, a shared-memory object, and a served call.
 */
final class BadFramesTest {
    private static final long MESSAGE_TOO_LARGE = 1L << 46;

    @TempDir Path directory;

    private ForkedSession session;
    private Controller controller;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
        GuestCode.load(controller, session.services());
        Services.value(session.services().reserveShared(1 << 16));
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    private static byte[] header(long size, long opcode, long sequence, long tag) {
        return new SpsWriter()
                .writeLong(size)
                .writeLong(opcode)
                .writeLong(sequence)
                .writeLong(tag)
                .toBytes();
    }

    private void assertEnds(String reason) throws InterruptedException {
        LineEnd end = controller.awaitEnd();
        assertTrue(end.hangup().orElse("no hangup").contains(reason), end::toString);
        Finished executor = session.assertEnds(1);
        assertTrue(executor.errors().contains(reason), executor::toString);
    }

    @Test
    void anUnknownOpcode() throws InterruptedException {
        controller.sendRaw(header(32, 4, 0, 0));
        assertEnds("Unexpected opcode: 4");
    }

    /** LLVM treats it as opcode 3. */
    @Test
    void anOpcodeWithHighBits() throws InterruptedException {
        controller.sendRaw(header(32, 0x103, 0, 0));
        assertEnds("Unexpected opcode: 259");
    }

    @Test
    void aSetupMessageFromTheController() throws InterruptedException {
        controller.send(Opcode.SETUP, 0, ExecutorAddress.NULL, new byte[0]);
        assertEnds("Unexpected Setup opcode");
    }

    @Test
    void aResultThatNobodyWaitsFor() throws InterruptedException {
        controller.send(Opcode.RESULT, 77, ExecutorAddress.NULL, new byte[0]);
        assertEnds("No call for sequence number 77");
    }

    @Test
    void aSizeBelowThatOfAHeader() throws InterruptedException {
        controller.sendRaw(header(31, 3, 0, 0));
        assertEnds("Message size too small: 31 bytes");
    }

    @Test
    void aSizeOfNothing() throws InterruptedException {
        controller.sendRaw(header(0, 3, 0, 0));
        assertEnds("Message size too small: 0 bytes");
    }

    @Test
    void aSizeWithoutEnd() throws InterruptedException {
        controller.sendRaw(header(-1, 3, 0, 0));
        assertEnds("Message size too large: 18446744073709551615 bytes");
    }

    /** LLVM allocates this size. */
    @Test
    void aSizeThatNoCallHas() throws InterruptedException {
        controller.sendRaw(header(MESSAGE_TOO_LARGE, 3, 0, 0));
        assertEnds("Message size too large: a payload of " + (MESSAGE_TOO_LARGE - 32) + " bytes");
    }

    @Test
    void aLineThatEndsInAHeader() throws IOException, InterruptedException {
        controller.sendRaw(new byte[17]);
        controller.endOutput();
        assertEnds("Unexpected end-of-file: 17 bytes of a header of 32");
    }

    @Test
    void aLineThatEndsInAPayload() throws IOException, InterruptedException {
        controller.sendRaw(header(32 + 100, 3, 0, 0x1234));
        controller.sendRaw(new byte[99]);
        controller.endOutput();
        assertEnds("Unexpected end-of-file");
    }

    @Test
    void aLineThatEndsInASegmentsContent() throws IOException, InterruptedException {
        Services services = session.services();
        ExecutorAddress base = Services.value(services.reserve(1 << 20));
        byte[] request =
                services.of(Services.MEMORY)
                        .writeLong(1)
                        .writeByte((byte) 3)
                        .writeAddress(base)
                        .writeLong(1 << 20)
                        .writeLong(1 << 20)
                        .writeBytes(new byte[300_000])
                        .toBytes();
        ExecutorAddress initialize = controller.symbol(Services.MEMORY + "initialize_wrapper");
        controller.sendRaw(
                header(32 + request.length - 300_000 + (1 << 20) + 8, 3, 99, initialize.value()));
        controller.sendRaw(request);
        controller.endOutput();
        assertEnds("Unexpected end-of-file");
    }

    @Test
    void aControllerThatIsKilled() throws IOException, InterruptedException {
        controller.reset();
        session.assertEnds(1);
    }

    @Test
    void aHangupIsAGoodEnd() throws InterruptedException {
        controller.send(Opcode.HANGUP, 0, ExecutorAddress.NULL, new byte[] {0});
        assertEquals(Optional.empty(), controller.awaitEnd().hangup());
        session.assertEnds(0);
    }

    @Test
    void theEndOfTheLineBetweenTwoFramesIsAGoodEnd() throws IOException, InterruptedException {
        controller.endOutput();
        assertEquals(Optional.empty(), controller.awaitEnd().hangup());
        session.assertEnds(0);
    }
}

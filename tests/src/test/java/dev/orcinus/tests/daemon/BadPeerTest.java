package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests peers that break the protocol, beside a correct session; and a daemon that ends in spite of
 * them.
 */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
final class BadPeerTest {
    private static final long MUCH_BYTES = 64 << 20;

    private Path folder;
    private DaemonProcess daemon;
    private DaemonSession bystander;
    private Socket stuck;

    @BeforeAll
    void start(@TempDir Path runtimeFolder) throws Exception {
        folder = runtimeFolder;
        daemon = DaemonProcess.start(folder, "--warm=2", "--grace=300ms");
        bystander = daemon.connect();
    }

    @AfterEach
    void theOtherSessionAnswersStill() {
        bystander.assertAnswers();
    }

    /** Ends the daemon while the peer that does not read is still connected. */
    @AfterAll
    void end() throws Exception {
        try (DaemonProcess ending = daemon;
                Socket unread = stuck) {
            assertFalse(unread.isClosed());
            List<ProcessHandle> processes = ending.processes();
            Finished end = ending.terminate();
            assertEquals(0, end.status(), end::toString);
            for (ProcessHandle process : processes) {
                Traces.assertNone(process.pid());
            }
            assertEquals(List.of(), DaemonProcess.runDirectories(folder));
        }
    }

    @Test
    void peersThatSayNothingOrHalfAHeaderHoldNobodyUp() throws Exception {
        try (Socket silent = daemon.connectRaw();
                Socket half = daemon.connectRaw()) {
            daemon.awaitBegin();
            int number = daemon.sessions();
            daemon.awaitBegin();
            half.getOutputStream().write(new byte[17]);
            try (DaemonSession other = daemon.connect()) {
                other.assertAnswers();
            }
            silent.shutdownOutput();
            assertEquals("the controller left", daemon.awaitEnd(number));
        }
    }

    /** The daemon has one place, which a peer that stops in the middle of a frame must not keep. */
    @Test
    void aPeerThatStopsInsideOfAFrameLosesItsPlace(@TempDir Path own) throws Exception {
        try (DaemonProcess one =
                        DaemonProcess.start(own, "--warm=0", "--sessions=1", "--idle-timeout=2s");
                Socket peer = one.connectRaw()) {
            one.awaitBegin();
            byte[] header = new byte[FrameHeader.SIZE_BYTES + 10];
            new FrameHeader(1 << 20, Opcode.CALL_WRAPPER, 0, new ExecutorAddress(1))
                    .write(MemorySegment.ofArray(header), 0);
            peer.getOutputStream().write(header);
            assertEquals(
                    "the controller has said nothing for 2000 ms inside of a frame",
                    one.awaitEnd(1));
            try (DaemonSession next = one.connect()) {
                next.assertAnswers();
            }
        }
    }

    @Test
    void aPeerThatSpeaksAnotherProtocolIsToldAndLeft() throws Exception {
        try (Socket peer = daemon.connectRaw()) {
            daemon.awaitBegin();
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            peer.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String all = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String reason = daemon.awaitEnd(daemon.sessions());
            assertTrue(reason.startsWith("Unexpected opcode: "), reason);
            assertTrue(all.endsWith(reason), "the Hangup tells " + reason);
        }
    }

    @Test
    void peersThatComeAndGoAtOnceLeaveNothing() throws Exception {
        for (int i = 0; i < 8; i++) {
            daemon.connectRaw().close();
        }
        try (DaemonSession last = connectAfterOthers()) {
            last.assertAnswers();
        }
    }

    /**
     * Connects after other peers, of which some were refused because their sockets had no owner any
     * more.
     */
    private DaemonSession connectAfterOthers() throws Exception {
        try (Socket marker = daemon.connectRaw()) {
            int port = marker.getLocalPort();
            String begins = "orcinus: session (\\d+) \\(pid \\d+, 127\\.0\\.0\\.1:" + port + ".*";
            String number = daemon.awaitLog(Pattern.compile(begins)).group(1);
            daemon.countSessions(Integer.parseInt(number));
        }
        return daemon.connect();
    }

    @Test
    void aPeerThatStopsReadingHoldsNobodyUp() throws Exception {
        stuck = daemon.connectRaw();
        daemon.awaitBegin();
        askForMuchAndReadLittle(stuck);
        try (DaemonSession other = daemon.connect()) {
            other.assertAnswers();
            assertTrue(daemon.status().output().contains("65536 KiB"));
        }
    }

    /** Makes the executor send 64 MiB, and reads the header only. */
    private static void askForMuchAndReadLittle(Socket peer) throws Exception {
        DataInputStream in = new DataInputStream(peer.getInputStream());
        Setup setup = Setup.CODEC.read(payload(in));
        ExecutorAddress instance = setup.bootstrapSymbols().get(Services.MEMORY + "Instance");
        call(
                peer,
                setup.bootstrapSymbols().get(Services.MEMORY + "reserve_wrapper"),
                new SpsWriter().writeAddress(instance).writeLong(MUCH_BYTES));
        SpsReader reserved = payload(in);
        reserved.readBoolean();
        ExecutorAddress memory = reserved.readAddress();
        call(
                peer,
                setup.bootstrapSymbols().get(Services.BOOT + "mem_read_buffers_wrapper"),
                new SpsWriter()
                        .writeLong(1)
                        .writeAddress(memory)
                        .writeAddress(memory.plus(MUCH_BYTES)));
        assertEquals(MUCH_BYTES + 16, header(in).payloadBytes());
    }

    private static void call(Socket peer, ExecutorAddress function, SpsWriter arguments)
            throws IOException {
        byte[] payload = arguments.toBytes();
        byte[] frame = new byte[FrameHeader.SIZE_BYTES + payload.length];
        new FrameHeader(payload.length, Opcode.CALL_WRAPPER, 0, function)
                .write(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, FrameHeader.SIZE_BYTES, payload.length);
        peer.getOutputStream().write(frame);
    }

    private static FrameHeader header(DataInputStream in) throws Exception {
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        in.readFully(header);
        return FrameHeader.read(MemorySegment.ofArray(header), 0);
    }

    private static SpsReader payload(DataInputStream in) throws Exception {
        byte[] payload = new byte[(int) header(in).payloadBytes()];
        in.readFully(payload);
        return new SpsReader(MemorySegment.ofArray(payload));
    }
}

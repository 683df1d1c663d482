package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.secure.TlsEngine.NoTlsException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two engines on a line in memory, whose pieces the tests choose. */
@Timeout(60)
final class TlsEngineTest {
    private static final int HEADER_BYTES = 5;
    private static final byte ALERT = 0x15;
    private static final byte HANDSHAKE = 0x16;
    private static final int MOST_HANDSHAKE_BYTES = 1 << 16;

    private final long deadline = Peers.inTime(Duration.ofMinutes(1));

    /** One end of a line. What is written at the other end can be read here, unless it is lost. */
    private static final class End implements Wire {
        private final BlockingQueue<byte[]> in;
        private final BlockingQueue<byte[]> out;
        private final List<byte[]> written = new ArrayList<>();
        private ByteBuffer piece = ByteBuffer.allocate(0);
        private long given;

        /** How many bytes a read gets at most, and all of them. */
        private int most = Integer.MAX_VALUE;

        private long mostOfAll = Long.MAX_VALUE;

        End(BlockingQueue<byte[]> in, BlockingQueue<byte[]> out) {
            this.in = in;
            this.out = out;
        }

        /** An end at which there are these bytes, and then the end of the line. */
        static End of(byte... bytes) {
            End end = new End(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
            end.in.add(bytes);
            end.in.add(new byte[0]);
            return end;
        }

        @Override
        public int read(ByteBuffer target, long deadline) {
            if (given == mostOfAll) {
                return TlsEngine.END;
            }
            if (!piece.hasRemaining()) {
                piece = ByteBuffer.wrap(take());
            }
            if (!piece.hasRemaining()) {
                in.add(new byte[0]);
                return TlsEngine.END;
            }
            int count = Math.min(Math.min(most, target.remaining()), piece.remaining());
            count = (int) Math.min(count, mostOfAll - given);
            byte[] part = new byte[count];
            piece.get(part);
            target.put(part);
            given += count;
            return count;
        }

        private byte[] take() {
            try {
                return in.take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Reads all that has been written at the other end so far; 0 if that is nothing. */
        int readSoFar(ByteBuffer target) {
            int count = 0;
            for (byte[] next = in.poll(); next != null; next = in.poll()) {
                target.put(next);
                count += next.length;
            }
            return count;
        }

        /** Returns all that has been written at the other end so far. */
        byte[] takeAll() {
            ByteBuffer all = ByteBuffer.allocate(1 << 20);
            int count = readSoFar(all);
            return Arrays.copyOf(all.array(), count);
        }

        @Override
        public void write(ByteBuffer source) {
            byte[] bytes = new byte[source.remaining()];
            source.duplicate().get(bytes);
            written.add(bytes);
            out.add(bytes);
        }
    }

    /** An established line. */
    private record Line(TlsEngine client, End clientEnd, TlsEngine server, End serverEnd) {
        /** Writes content as one record, and returns the record. */
        byte[] record(byte... content) throws SSLException {
            server.write(ByteBuffer.wrap(content), serverEnd::write);
            return clientEnd.takeAll();
        }
    }

    private static TlsEngine client() throws Exception {
        SSLContext context = SSLContext.getInstance(TlsEngine.VERSION);
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
        return new TlsEngine(context.createSSLEngine(), true);
    }

    private static TlsEngine server() {
        return Peers.identity("server").engine();
    }

    private Line line() throws Exception {
        return line(Integer.MAX_VALUE);
    }

    private Line line(int most) throws Exception {
        BlockingQueue<byte[]> toServer = new LinkedBlockingQueue<>();
        BlockingQueue<byte[]> toClient = new LinkedBlockingQueue<>();
        End clientEnd = new End(toClient, toServer);
        End serverEnd = new End(toServer, toClient);
        clientEnd.most = most;
        serverEnd.most = most;
        Line line = new Line(client(), clientEnd, server(), serverEnd);
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> establish(line));
        line.client.handshake(clientEnd, deadline);
        served.get();
        assertEquals(0, line.client.read(ByteBuffer.allocate(1), clientEnd::readSoFar), "tickets");
        return line;
    }

    private void establish(Line line) {
        try {
            line.server.handshake(line.serverEnd, deadline);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    /** A source that gives these bytes once, and has none afterwards. */
    private static TlsEngine.Source<RuntimeException> once(byte... bytes) {
        boolean[] isGiven = new boolean[1];
        return target -> {
            if (isGiven[0]) {
                return 0;
            }
            isGiven[0] = true;
            target.put(bytes);
            return bytes.length;
        };
    }

    private static int neverAsked(ByteBuffer target) {
        throw new AssertionError("it is asked for " + target);
    }

    private static byte[] content(ByteBuffer target) {
        byte[] bytes = new byte[target.position()];
        target.duplicate().flip().get(bytes);
        return bytes;
    }

    @Test
    void bothSidesKnowTheSameOfTheLine() throws Exception {
        for (int most : new int[] {Integer.MAX_VALUE, 1}) {
            Line line = line(most);
            assertEquals(32, line.client.binding().length);
            assertArrayEquals(line.client.binding(), line.server.binding());
            assertEquals(
                    Peers.identity("server").fingerprint(),
                    Fingerprint.of(line.client.peerCertificate()));
            line.client.write(ByteBuffer.wrap(random(100)), line.clientEnd::write);
            ByteBuffer read = ByteBuffer.allocate(100);
            line.server.readFully(read, line.serverEnd, deadline);
            assertArrayEquals(random(100), read.array());
        }
    }

    /** What a side says that does not speak TLS is seen at its first bytes. */
    @Test
    void whatCannotBeginARecordIsNoTls() throws Exception {
        byte[][] begins = {
            {0x13},
            {0x18},
            {HANDSHAKE, 2},
            {HANDSHAKE, 4},
            {HANDSHAKE, 3, 0},
            {HANDSHAKE, 3, 5},
            {HANDSHAKE, 3, -1},
            {-1, 3, 3},
        };
        for (byte[] begin : begins) {
            for (int most : new int[] {1, 3}) {
                End end = End.of(begin);
                end.most = most;
                NoTlsException refused =
                        assertThrows(
                                NoTlsException.class,
                                () -> client().handshake(end, deadline),
                                Arrays.toString(begin));
                assertEquals("it does not speak TLS", refused.getMessage());
                assertEquals(1, end.written.size(), "it would not understand a reason");
            }
        }
    }

    @Test
    void whatCanBeginARecordIsReadOn() throws Exception {
        byte[][] begins = {
            {},
            {0x14},
            {0x17},
            {HANDSHAKE, 3},
            {HANDSHAKE, 3, 1},
            {HANDSHAKE, 3, 4},
            {HANDSHAKE, 3, 3, 1},
        };
        for (byte[] begin : begins) {
            for (int most : new int[] {1, 4}) {
                End end = End.of(begin);
                end.most = most;
                SSLException ended =
                        assertThrows(
                                SSLException.class,
                                () -> client().handshake(end, deadline),
                                Arrays.toString(begin));
                assertEquals(
                        "it has ended the line before TLS was established", ended.getMessage());
                assertEquals(HANDSHAKE, end.written.getFirst()[0], "its greeting");
                assertEquals(ALERT, end.written.getLast()[0], "and why it goes");
            }
        }
    }

    /** It says that its user has cancelled, and ends the line: RFC 8446, 6.1. */
    @Test
    void aSideThatGoesDuringTheHandshakeHasEndedTheLine() {
        byte[] goes = {ALERT, 3, 3, 0, 2, 1, 90, ALERT, 3, 3, 0, 2, 1, 0};
        End end = End.of(goes);
        SSLException ended =
                assertThrows(SSLException.class, () -> client().handshake(end, deadline));
        assertEquals("it has ended the line", ended.getMessage());
    }

    @Test
    void aSideIsToldWhyThereIsNoLine() {
        byte[] unknownMessage = {HANDSHAKE, 3, 3, 0, 4, 99, 0, 0, 0};
        End end = End.of(unknownMessage);
        assertThrows(SSLException.class, () -> server().handshake(end, deadline));
        assertEquals(ALERT, end.written.getLast()[0]);
    }

    /** The read that passes the limit is the last one. */
    @Test
    void recordsWithLittleContentAreRefusedBySize() throws Exception {
        for (int more = 0; more <= 1; more++) {
            Line line = line();
            for (int sent = 0; sent <= MOST_HANDSHAKE_BYTES; ) {
                line.client.write(ByteBuffer.allocate(1), line.clientEnd::write);
                sent += line.clientEnd.written.getLast().length;
            }
            line.serverEnd.mostOfAll = (long) MOST_HANDSHAKE_BYTES + more;
            ByteBuffer much = ByteBuffer.allocate(MOST_HANDSHAKE_BYTES);
            IOException refused =
                    assertThrows(
                            IOException.class,
                            () -> line.server.readFully(much, line.serverEnd, deadline));
            assertEquals(
                    more == 0 ? "it has ended the line" : "more than 65536 bytes of a handshake",
                    refused.getMessage());
            assertEquals(MOST_HANDSHAKE_BYTES + more, line.serverEnd.given);
        }
    }

    @Test
    void aSourceThatHasNothingNowOrNothingMoreIsBelieved() throws Exception {
        Line line = line();
        ByteBuffer target = ByteBuffer.allocate(10);
        assertEquals(0, line.client.read(target, once()));
        assertEquals(TlsEngine.END, line.client.read(target, _ -> TlsEngine.END));
        byte[] record = line.record((byte) 7);
        for (byte part : record) {
            assertEquals(0, target.position(), "not before the record is complete");
            assertFalse(line.client.hasRecord());
            int count = line.client.read(target, once(part));
            assertEquals(target.position(), count);
        }
        assertArrayEquals(new byte[] {7}, content(target));
        assertFalse(line.client.hasRecord());
    }

    @Test
    void aLargeBufferGetsTheContentOfAllRecordsAtOnce() throws Exception {
        Line line = line();
        byte[] sent = random(4_000);
        byte[] records = new byte[0];
        for (int at = 0; at < sent.length; at += 1_000) {
            records = join(records, line.record(Arrays.copyOfRange(sent, at, at + 1_000)));
        }
        ByteBuffer target = ByteBuffer.allocate(100_000);
        assertEquals(4_000, line.client.read(target, once(records)));
        assertArrayEquals(sent, content(target));
    }

    @Test
    void aLargeBufferGetsTheContentBeforeARecordThatIsNotComplete() throws Exception {
        Line line = line();
        byte[] first = line.record(random(10));
        byte[] second = line.record((byte) 3);
        byte[] begin = Arrays.copyOf(second, 7);
        ByteBuffer target = ByteBuffer.allocate(100_000);
        assertEquals(10, line.client.read(target, once(join(first, begin))));
        assertArrayEquals(random(10), content(target));
        byte[] rest = Arrays.copyOfRange(second, 7, second.length);
        assertEquals(1, line.client.read(target.clear(), once(rest)));
        assertArrayEquals(new byte[] {3}, content(target));
    }

    /** It would have to write first. */
    @Test
    void withoutAHandshakeThereIsNoContent() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(10);
        assertEquals(0, client().read(target, once(HANDSHAKE, (byte) 3, (byte) 3)));
        assertEquals(0, target.position());
    }

    @Test
    void aSmallBufferGetsWhatItHasRoomForAndTheRestIsHere() throws Exception {
        Line line = line();
        byte[] sent = random(200);
        byte[] first = line.record(Arrays.copyOf(sent, 100));
        byte[] second = line.record(Arrays.copyOfRange(sent, 100, 200));
        assertFalse(line.client.hasRecord());
        ByteBuffer target = ByteBuffer.allocate(60);
        assertEquals(60, line.client.read(target, once(join(first, second))));
        byte[] begin = content(target);
        assertTrue(line.client.hasRecord(), "content");
        assertEquals(40, line.client.read(target.clear(), TlsEngineTest::neverAsked));
        byte[] middle = content(target);
        assertTrue(line.client.hasRecord(), "a record");
        ByteBuffer rest = ByteBuffer.allocate(100_000);
        assertEquals(100, line.client.read(rest, TlsEngineTest::neverAsked));
        assertArrayEquals(sent, join(begin, middle, content(rest)));
        assertFalse(line.client.hasRecord());
    }

    @Test
    void aRecordIsHereWhenItsLastByteIs() throws Exception {
        Line line = line();
        byte[] first = line.record((byte) 1);
        byte[] second = line.record(random(300));
        ByteBuffer one = ByteBuffer.allocate(1);
        for (int part : new int[] {0, 1, 4, HEADER_BYTES, 6, second.length - 1}) {
            Line next = line();
            byte[] begin = next.record((byte) 1);
            byte[] whole = next.record(random(300));
            assertEquals(second.length, whole.length);
            byte[] cut = Arrays.copyOf(whole, part);
            assertEquals(1, next.client.read(one.clear(), once(join(begin, cut))));
            assertFalse(next.client.hasRecord(), part + " of " + whole.length);
            byte[] rest = Arrays.copyOfRange(whole, part, whole.length);
            assertEquals(1, next.client.read(one.clear(), once(rest)));
            assertTrue(next.client.hasRecord(), "the rest of its content");
        }
        assertEquals(1, line.client.read(one.clear(), once(join(first, second))));
        assertTrue(line.client.hasRecord());
    }

    /** Who reads finds out what it is. */
    @Test
    void aRecordOfSizeZeroIsOne() throws Exception {
        Line line = line();
        byte[] empty = {0x17, 3, 3, 0, 0};
        ByteBuffer one = ByteBuffer.allocate(1);
        assertEquals(1, line.client.read(one, once(join(line.record((byte) 1), empty))));
        assertTrue(line.client.hasRecord());
        assertThrows(SSLException.class, () -> line.client.read(one.clear(), once()));
    }

    @Test
    void contentBeforeTheEndIsReadFirstAndTheEndStays() throws Exception {
        for (int room : new int[] {10, 100_000}) {
            Line line = line();
            byte[] record = line.record(random(10));
            line.server.endOutput(line.serverEnd::write);
            byte[] all = join(record, line.clientEnd.takeAll());
            ByteBuffer target = ByteBuffer.allocate(room);
            assertEquals(10, line.client.read(target, once(all)));
            assertArrayEquals(random(10), content(target));
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        TlsEngine.END, line.client.read(target.clear(), TlsEngineTest::neverAsked));
            }
            line.client.write(ByteBuffer.wrap(random(20)), line.clientEnd::write);
            ByteBuffer back = ByteBuffer.allocate(20);
            line.server.readFully(back, line.serverEnd, deadline);
            assertArrayEquals(random(20), back.array(), "the other direction goes on");
        }
    }

    @Test
    void muchIsWrittenInPiecesOfSomeRecordsAndNothingInNone() throws Exception {
        Line line = line();
        line.server.write(ByteBuffer.allocate(0), TlsEngineTest::neverWritten);
        byte[] sent = random(200_000);
        line.clientEnd.in.clear();
        int before = line.serverEnd.written.size();
        ByteBuffer source = ByteBuffer.wrap(sent);
        line.server.write(source, line.serverEnd::write);
        assertFalse(source.hasRemaining());
        int pieces = line.serverEnd.written.size() - before;
        assertTrue(pieces > 1 && pieces <= 4, pieces + " writes for some 13 records");
        ByteBuffer target = ByteBuffer.allocate(sent.length);
        while (target.hasRemaining()) {
            assertTrue(line.client.read(target, buffer -> line.clientEnd.read(buffer, 0)) > 0);
        }
        assertArrayEquals(sent, target.array());
    }

    private static void neverWritten(ByteBuffer source) {
        throw new AssertionError("it writes " + source);
    }

    @Test
    void whoHasEndedItsDirectionWritesNoMore() throws Exception {
        Line line = line();
        line.client.endOutput(line.clientEnd::write);
        SSLException refused =
                assertThrows(
                        SSLException.class,
                        () ->
                                line.client.write(
                                        ByteBuffer.allocate(1), TlsEngineTest::neverWritten));
        assertEquals("this side of the line has ended", refused.getMessage());
        IOException ended =
                assertThrows(
                        IOException.class,
                        () ->
                                line.server.readFully(
                                        ByteBuffer.allocate(1), line.serverEnd, deadline));
        assertEquals("it has ended the line", ended.getMessage());
    }

    /** Content that comes byte by byte must not make the deadline begin anew. */
    @Test
    void theDeadlineIsOneOfAllReads() throws Exception {
        Line line = line();
        long past = Peers.inTime(Duration.ofNanos(-1));
        line.client.write(ByteBuffer.allocate(1), line.clientEnd::write);
        assertThrows(
                SocketTimeoutException.class,
                () -> line.server.readFully(ByteBuffer.allocate(2), line.serverEnd, past));
    }

    /** After 1 MiB, the writer changes its key and wants the reader's to change, too. */
    @Test
    void theEndComesBehindAnAnswerThatIsDue() throws Exception {
        Line line = line();
        ByteBuffer received = ByteBuffer.allocate(1_500_000);
        line.client.write(ByteBuffer.wrap(random(received.capacity())), line.clientEnd::write);
        while (received.hasRemaining()) {
            assertTrue(line.server.read(received, buffer -> line.serverEnd.read(buffer, 0)) > 0);
        }
        line.server.endOutput(line.serverEnd::write);
        assertEquals(
                TlsEngine.END, line.client.read(ByteBuffer.allocate(1), line.clientEnd::readSoFar));
    }
}

package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.secure.Peers.Server;
import dev.orcinus.secure.Peers.SocketStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A line changes its keys after some bytes: after 1 MiB here, as this module's pom.xml says. */
@Timeout(300)
final class KeyUpdateTest {
    private static final int MIB = 1 << 20;
    private static final int SENT_MIB = 3;

    /**
     * A message KeyUpdate has 5 bytes, and its record a type, padding and a tag besides: RFC 8446,
     * 4.6.3 and 5.2. Records with content have 16 KiB here.
     */
    private static final int MOST_KEY_UPDATE_BYTES = 64;

    private static final int CONTENT_BYTES = 1 << 14;

    @TempDir Path folder;

    /** The server's side of a connection, which notes the sizes of the records that come. */
    private static final class CountingWire implements Wire {
        private final SocketStreams streams;
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();

        CountingWire(SocketStreams streams) {
            this.streams = streams;
        }

        @Override
        public int read(ByteBuffer target, long deadline) throws IOException {
            int begin = target.position();
            int count = streams.read(target, deadline);
            note(target, begin);
            return count;
        }

        int read(ByteBuffer target) throws IOException {
            int begin = target.position();
            int count = streams.read(target);
            note(target, begin);
            return count;
        }

        private void note(ByteBuffer target, int begin) {
            all.write(target.array(), target.arrayOffset() + begin, target.position() - begin);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            streams.write(source);
        }

        /** Returns the sizes of all records, without their headers. */
        List<Integer> recordSizes() {
            List<Integer> sizes = new ArrayList<>();
            ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
            while (bytes.hasRemaining()) {
                int size = Short.toUnsignedInt(bytes.getShort(bytes.position() + 3));
                sizes.add(size);
                bytes.position(bytes.position() + 5 + size);
            }
            return sizes;
        }
    }

    /** The receiver sends nothing but its answers to the updates, which nobody waits for. */
    @Test
    void theKeysOfALineChangeAlthoughOneSideOnlyReceives() throws Exception {
        ServerAccess access = new ServerAccess(Peers.TOKEN, Peers.identity("server"));
        byte[] sent = new byte[SENT_MIB * MIB];
        new Random(7).nextBytes(sent);
        ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
        List<Integer> sizes = new ArrayList<>();
        try (Server server =
                        Server.start(
                                connection -> {
                                    CountingWire wire =
                                            new CountingWire(new SocketStreams(connection));
                                    TlsEngine engine =
                                            access.admit(
                                                    wire,
                                                    Optional::empty,
                                                    Peers.inTime(ServerAccess.LIMIT));
                                    connection.setSoTimeout(0);
                                    while (engine.read(received, wire::read) != TlsEngine.END) {
                                        assertTrue(received.hasRemaining(), "more than was sent");
                                    }
                                    sizes.addAll(wire.recordSizes());
                                });
                SecureLine line = server.connect(Peers.client(folder))) {
            line.write(ByteBuffer.wrap(sent));
            line.endOutput();
            server.ended().get(200, TimeUnit.SECONDS);
        }
        assertEquals(ByteBuffer.wrap(sent), received.flip());
        int closure = 1;
        long updates =
                sizes.stream()
                                .dropWhile(size -> size < CONTENT_BYTES) // the handshake
                                .filter(size -> size <= MOST_KEY_UPDATE_BYTES)
                                .count()
                        - closure;
        assertTrue(updates >= SENT_MIB - 1, updates + " updates among " + sizes.size());
        assertTrue(updates <= SENT_MIB + 1, updates + " updates among " + sizes.size());
    }
}

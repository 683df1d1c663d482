package dev.orcinus.secure;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS of one line: turns records into content and content into records. It reads and writes through
 * what its methods are given. One thread may read while another one writes.
 */
public final class TlsEngine {
    /** The only version of TLS that is spoken. */
    static final String VERSION = "TLSv1.3";

    /** The end of the stream. */
    public static final int END = -1;

    private static final int RECORDS_AT_ONCE = 4;
    private static final String BINDING_LABEL = "EXPORTER-Channel-Binding"; // RFC 9266
    private static final int BINDING_BYTES = 32;
    private static final int RECORD_START_BYTES = 3;
    private static final int HEADER_BYTES = 5;

    /**
     * More than the messages of any handshake have, and the proofs after it; what is larger is
     * none. Records without content count, too: the engine may keep an answer for each.
     */
    private static final int MOST_HANDSHAKE_BYTES = 64 << 10;

    private final SSLEngine engine;
    private final int recordBytes;
    private final int contentBytes;
    private final ByteBuffer received;
    private final ByteBuffer content;
    private final ByteBuffer records;
    private int handshakeBytes;

    TlsEngine(SSLEngine engine, boolean isClient) {
        this.engine = engine;
        engine.setUseClientMode(isClient);
        engine.setEnabledProtocols(new String[] {VERSION});
        recordBytes = engine.getSession().getPacketBufferSize();
        contentBytes = engine.getSession().getApplicationBufferSize();
        received = ByteBuffer.allocate(RECORDS_AT_ONCE * recordBytes).flip();
        content = ByteBuffer.allocate(contentBytes).flip();
        records = ByteBuffer.allocate(RECORDS_AT_ONCE * recordBytes);
    }

    /**
     * A place to read from.
     *
     * @param <E> the failure of a read
     */
    @FunctionalInterface
    public interface Source<E extends Exception> {
        /**
         * Reads bytes into a buffer on the heap that has room.
         *
         * @return bytes read, 0 if there are none now, {@link #END}
         */
        int read(ByteBuffer target) throws E;
    }

    /**
     * A place to write to.
     *
     * @param <E> the failure of a write
     */
    @FunctionalInterface
    public interface Sink<E extends Exception> {
        /** Writes all of a buffer on the heap. */
        void write(ByteBuffer source) throws E;
    }

    /**
     * Gets to know the other side's keys.
     *
     * @param deadline when to give up, as {@link System#nanoTime} counts
     * @throws NoTlsException if the other side does not speak TLS
     * @throws SSLException if it speaks TLS, but no agreement is possible
     */
    void handshake(Wire wire, long deadline) throws IOException {
        engine.beginHandshake();
        HandshakeStatus next = engine.getHandshakeStatus();
        try {
            while (next != HandshakeStatus.FINISHED && next != HandshakeStatus.NOT_HANDSHAKING) {
                next =
                        switch (next) {
                            case NEED_TASK -> runTasks();
                            case NEED_WRAP -> send(wire);
                            default -> receive(wire, deadline);
                        };
            }
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                send(wire); // a ticket for another session, which nobody will use
            }
        } catch (SSLException e) {
            sayWhy(wire);
            throw e;
        }
    }

    private HandshakeStatus runTasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus send(Wire wire) throws IOException {
        records.clear();
        HandshakeStatus next = engine.wrap(ByteBuffer.allocate(0), records).getHandshakeStatus();
        wire.write(records.flip());
        return next;
    }

    private HandshakeStatus receive(Wire wire, long deadline) throws IOException {
        SSLEngineResult result = unwrap(content.clear());
        content.flip();
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("it has ended the line");
        }
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            fill(wire, deadline);
        }
        return result.getHandshakeStatus();
    }

    private SSLEngineResult unwrap(ByteBuffer target) throws SSLException {
        return received.hasRemaining()
                ? engine.unwrap(received, target)
                : new SSLEngineResult(Status.BUFFER_UNDERFLOW, engine.getHandshakeStatus(), 0, 0);
    }

    /** Reads records of the handshake. */
    private void fill(Wire wire, long deadline) throws IOException {
        boolean isFirst = handshakeBytes < RECORD_START_BYTES;
        received.compact();
        int read;
        try {
            read = readCounted(received, wire, deadline);
        } finally {
            received.flip();
        }
        if (read < 0) {
            throw new SSLException("it has ended the line before TLS was established");
        }
        if (isFirst && !isRecord(received)) {
            throw new NoTlsException("it does not speak TLS");
        }
    }

    /**
     * Reads from a side that is not known yet, unless it has sent too much before. The last read
     * may pass the limit, because it may get content that comes after the proofs.
     */
    private int readCounted(ByteBuffer target, Wire wire, long deadline) throws IOException {
        if (handshakeBytes > MOST_HANDSHAKE_BYTES) {
            throw new SSLException("more than " + MOST_HANDSHAKE_BYTES + " bytes of a handshake");
        }
        int read = wire.read(target, deadline);
        handshakeBytes += Math.max(0, read);
        return read;
    }

    /**
     * Returns whether the bytes so far can be the start of a record: its type, and a version of
     * TLS. The first message of an executor never is, whose third byte is 0.
     */
    private static boolean isRecord(ByteBuffer bytes) {
        int at = bytes.position();
        int count = bytes.remaining();
        return bytes.get(at) >= 0x14
                && bytes.get(at) <= 0x17
                && (count < 2 || bytes.get(at + 1) == 3)
                && (count < 3 || (bytes.get(at + 2) >= 1 && bytes.get(at + 2) <= 4));
    }

    /** Tells the other side why there will be no line, if it still listens. */
    private void sayWhy(Wire wire) {
        try {
            engine.closeOutbound();
            send(wire);
        } catch (IOException e) {
            // it is told by the end of the line
        }
    }

    /** Returns the other side's certificate, if it has shown one. */
    Certificate peerCertificate() throws SSLException {
        return engine.getSession().getPeerCertificates()[0];
    }

    /** Returns bytes that only the two sides of this line have in common, as RFC 9266 says. */
    byte[] binding() throws SSLException {
        return ((ExtendedSSLSession) engine.getSession())
                .exportKeyingMaterialData(BINDING_LABEL, new byte[0], BINDING_BYTES);
    }

    /**
     * Reads content.
     *
     * @param target a buffer that has room
     * @param source is asked for records if none is here
     * @return bytes read, 0 if the source has none now, {@link #END} if the other side has ended
     *     its direction, or the line
     */
    public <E extends Exception> int read(ByteBuffer target, Source<E> source)
            throws E, SSLException {
        while (true) {
            int count = take(target);
            if (count != 0) {
                return count;
            }
            received.compact();
            int read;
            try {
                read = source.read(received);
            } finally {
                received.flip();
            }
            if (read <= 0) {
                return read;
            }
        }
    }

    /**
     * Returns whether {@link #read} has something to work on without asking its source: content, or
     * a whole record, which need not hold any.
     */
    public boolean hasRecord() {
        return content.hasRemaining() || hasWholeRecord();
    }

    private boolean hasWholeRecord() {
        int size = received.remaining();
        return size >= HEADER_BYTES && size >= HEADER_BYTES + recordSize();
    }

    /** Returns the size of the record that is here, as its header says it. */
    private int recordSize() {
        return Short.toUnsignedInt(received.getShort(received.position() + HEADER_BYTES - 2));
    }

    /** Moves content of the records that are here; returns 0 if they hold none. */
    private int take(ByteBuffer target) throws SSLException {
        int count = moveContent(target);
        while (received.hasRemaining() && (count == 0 || target.remaining() >= contentBytes)) {
            boolean fits = target.remaining() >= contentBytes;
            ByteBuffer into = fits ? target : content.clear();
            SSLEngineResult result = null;
            try {
                result = engine.unwrap(received, into);
            } finally {
                if (!fits) {
                    content.flip();
                }
            }
            var _ = runTasks();
            if (result.getStatus() == Status.OK && result.bytesConsumed() == 0) {
                return count; // not in a state to read
            }
            count += fits ? result.bytesProduced() : moveContent(target);
            switch (result.getStatus()) {
                case OK -> {}
                case CLOSED -> {
                    return count == 0 ? END : count;
                }
                case BUFFER_UNDERFLOW -> {
                    return count;
                }
                case BUFFER_OVERFLOW ->
                        throw new AssertionError("a record that is larger than " + contentBytes);
            }
        }
        return count == 0 && engine.isInboundDone() ? END : count;
    }

    private int moveContent(ByteBuffer target) {
        int count = Math.min(content.remaining(), target.remaining());
        target.put(content.slice(content.position(), count));
        content.position(content.position() + count);
        return count;
    }

    /** Writes all content of a buffer. */
    public <E extends Exception> void write(ByteBuffer source, Sink<E> sink)
            throws E, SSLException {
        while (source.hasRemaining()) {
            records.clear();
            while (source.hasRemaining() && records.remaining() >= recordBytes) {
                wrap(source);
            }
            sink.write(records.flip());
        }
    }

    private void wrap(ByteBuffer source) throws SSLException {
        SSLEngineResult result = engine.wrap(source, records);
        if (result.getStatus() != Status.OK) {
            throw new SSLException(
                    result.getStatus() == Status.CLOSED
                            ? "this side of the line has ended"
                            : "a record that is larger than " + recordBytes);
        }
    }

    /** Ends this side's direction of the line; the other one goes on. */
    public <E extends Exception> void endOutput(Sink<E> sink) throws E, SSLException {
        engine.closeOutbound();
        records.clear();
        HandshakeStatus status;
        do {
            status = engine.wrap(ByteBuffer.allocate(0), records).getHandshakeStatus();
        } while (!engine.isOutboundDone() && status == HandshakeStatus.NEED_WRAP);
        sink.write(records.flip());
    }

    /** The other side does not speak TLS. */
    static final class NoTlsException extends IOException {
        private static final long serialVersionUID = 1L;

        NoTlsException(String message) {
            super(message);
        }
    }

    /** Reads as much content as a buffer has room for, from a side that is not known yet. */
    void readFully(ByteBuffer target, Wire wire, long deadline) throws IOException {
        while (target.hasRemaining()) {
            int count = read(target, buffer -> readCounted(buffer, wire, deadline));
            if (count < 0) {
                throw new IOException("it has ended the line");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException();
            }
        }
    }
}

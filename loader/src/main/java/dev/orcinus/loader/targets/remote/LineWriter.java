package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A writer of frames, which sends them in order on a thread of its own. The callers' threads do not
 * write, because an interrupt of a thread that writes to a channel closes the channel and would end
 * the session. Frames that wait are sent in one write. Several threads may use it.
 */
final class LineWriter {
    private static final int MOST_AT_ONCE = 32;
    private static final Outgoing END = new Outgoing(null, 0, null, List.of(), () -> {});

    private final Line line;
    private final Consumer<Exception> failed;
    private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>();
    private volatile boolean stopped;

    /** Starts the thread. If the line breaks, {@code failed} gets the reason. */
    LineWriter(Line line, Consumer<Exception> failed) {
        this.line = line;
        this.failed = failed;
        Thread.ofPlatform().daemon().name("orcinus-line-writer").start(this::run);
    }

    /** Queues a frame, which the writer's thread sends. */
    void send(Outgoing frame) {
        queue.add(frame);
        if (stopped) {
            dropAll();
        }
    }

    /** Ends the output of the line after the queued frames. */
    void end() {
        send(END);
    }

    private void run() {
        try {
            List<Outgoing> frames = new ArrayList<>();
            do {
                frames.clear();
                frames.add(queue.take());
                queue.drainTo(frames, MOST_AT_ONCE - 1);
            } while (write(frames));
            line.endOutput();
        } catch (IOException | InterruptedException | RuntimeException e) {
            failed.accept(e);
        } finally {
            stopped = true;
            dropAll();
        }
    }

    /** Writes frames, and returns whether more may follow. */
    private boolean write(List<Outgoing> frames) throws IOException {
        int end = frames.indexOf(END);
        List<Outgoing> toSend = end < 0 ? frames : frames.subList(0, end);
        try {
            write(line.output(), toSend.stream().flatMap(f -> f.bytes().stream()).toList());
        } finally {
            frames.forEach(frame -> frame.sent().run());
        }
        return end < 0;
    }

    private static void write(GatheringByteChannel channel, List<ByteBuffer> bytes)
            throws IOException {
        ByteBuffer[] buffers = bytes.toArray(ByteBuffer[]::new);
        int first = 0;
        while (first < buffers.length) {
            channel.write(buffers, first, buffers.length - first);
            while (first < buffers.length && !buffers[first].hasRemaining()) {
                first++;
            }
        }
    }

    private void dropAll() {
        for (Outgoing frame = queue.poll(); frame != null; frame = queue.poll()) {
            frame.sent().run();
        }
    }
}

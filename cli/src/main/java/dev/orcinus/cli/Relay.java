package dev.orcinus.cli;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.secure.SecureLine;
import dev.orcinus.secure.TlsEngine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Carries bytes between a controller and a daemon, in both directions, without looking at them. It
 * ends when the daemon ends the line, which it does after the controller has left.
 */
final class Relay {
    private static final int BUFFER_BYTES = 256 << 10;

    /** How long the daemon may take to end the line once the controller has left. */
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    /** The controller has left: nothing is to be said about that. */
    private static final String CONTROLLER_LEFT = "";

    private final HostChannel controller;
    private final SecureLine daemon;
    private final Consumer<String> log;
    private final AtomicReference<String> end = new AtomicReference<>();

    Relay(HostChannel controller, SecureLine daemon, Consumer<String> log) {
        this.controller = controller;
        this.daemon = daemon;
        this.log = log;
    }

    /** Returns 0 if the controller has ended the session, and 1 after another end, and says why. */
    int run() {
        Thread requests = new Thread(this::carryRequests, "requests");
        requests.setDaemon(true);
        requests.start();
        carryAnswers();
        stop(requests);
        String reason = end.get();
        if (reason.equals(CONTROLLER_LEFT)) {
            return 0;
        }
        log.accept(daemon.peer() + " " + reason);
        return 1;
    }

    /** Waits until a thread uses the two ends no more, but not long. */
    private void stop(Thread requests) {
        daemon.close();
        controller.shutdown();
        requests.interrupt();
        try {
            requests.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryRequests() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            long count = controller.read(buffer);
            while (count != HostChannel.END) {
                daemon.write(buffer.asSlice(0, count).asByteBuffer());
                count = controller.read(buffer);
            }
            end.compareAndSet(null, CONTROLLER_LEFT);
            daemon.endOutput();
            Thread.sleep(END_LIMIT);
        } catch (HostCallException e) {
            end.compareAndSet(null, CONTROLLER_LEFT);
        } catch (IOException e) {
            end.compareAndSet(null, "has been lost: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            daemon.close();
        }
    }

    private void carryAnswers() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocate(BUFFER_BYTES);
            ByteBuffer buffer = segment.asByteBuffer();
            int count = daemon.read(buffer.clear());
            while (count != TlsEngine.END) {
                controller.write(segment.asSlice(0, count));
                count = daemon.read(buffer.clear());
            }
            end.compareAndSet(null, "has ended the session");
        } catch (IOException e) {
            end.compareAndSet(null, "has been lost: " + e.getMessage());
        } catch (HostCallException e) {
            end.compareAndSet(null, CONTROLLER_LEFT);
        }
    }
}

package dev.orcinus.daemon.background;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The heap of a daemon that is idle most of the time, and then links a program within a moment. The
 * objects of a link live until its end, so to collect meanwhile means to copy them all. The young
 * generation gets room for such a link while nothing is done; room that has not been used takes no
 * memory, though the system counts it as promised. What has been used is given back afterwards.
 *
 * <p>The JVM's serial collector sizes generations in a full collection only: the old one, so that a
 * certain part of it is free, and then the young one in proportion ({@code NewRatio=1}). A JVM
 * whose settings cannot be changed keeps the sizes that it has chosen. One thread at a time may
 * call this class.
 */
final class DaemonHeap {
    private static final long MOST_ROOM_BYTES = 768L << 20;

    /** The room takes no more than this part of what the heap can have. */
    private static final int PART_OF_HEAP = 4;

    /** How much more may be in use than after the last collection. */
    private static final long MOST_NEW_BYTES = 24L << 20;

    /** A link makes many times as much in a second, a session that waits for its user nothing. */
    private static final long MOST_UNUSED_CHANGE_BYTES = 1L << 20;

    /** A collection that frees no more than this has found the heap as small as it can be. */
    private static final long LITTLE_BYTES = 1L << 20;

    private static final int MOST_COLLECTIONS = 3;

    /** The limits of what is free when the heap is as small as it can be. */
    private static final int LEAST_FREE_PERCENT = 5;

    private static final int MOST_FREE_PERCENT = 10;
    private static final int LARGEST_PERCENT = 99;

    private final Consumer<String> log;
    private final long roomBytes =
            Math.min(MOST_ROOM_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    private final LongSupplier usedBytes;
    private final Runnable collector;
    private Optional<Settings> settings;
    private long aliveBytes;

    /** The settings of a JVM. */
    @FunctionalInterface
    interface Settings {
        /**
         * Changes a setting.
         *
         * @throws IllegalArgumentException if the JVM has no such setting, or it cannot be changed
         */
        void set(String name, String value);
    }

    /** The heap of this JVM. */
    DaemonHeap(Consumer<String> log) {
        this(ofThisJvm(), System::gc, log);
    }

    DaemonHeap(Optional<Settings> settings, Runnable collector, Consumer<String> log) {
        this(settings, DaemonHeap::usedBytesOfThisJvm, collector, log);
    }

    /**
     * Makes one for a heap whose use is told by {@code usedBytes}, with the garbage that has not
     * been collected.
     */
    DaemonHeap(
            Optional<Settings> settings,
            LongSupplier usedBytes,
            Runnable collector,
            Consumer<String> log) {
        this.settings = settings;
        this.usedBytes = usedBytes;
        this.collector = collector;
        this.log = log;
    }

    /** Returns the JVM's settings; empty if this JVM has been started without their module. */
    private static Optional<Settings> ofThisJvm() {
        if (ModuleLayer.boot().findModule("jdk.management").isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class))
                .map(options -> options::setVMOption);
    }

    /** Returns whether much more of it is in use than after it was tidied, garbage included. */
    boolean isFull() {
        return usedBytes() - aliveBytes > MOST_NEW_BYTES;
    }

    private long usedBytes() {
        return usedBytes.getAsLong();
    }

    private static long usedBytesOfThisJvm() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Waits for some time, and returns whether next to no objects have been made in it. */
    boolean isUnusedFor(Duration time) throws InterruptedException {
        long before = usedBytes();
        Thread.sleep(time);
        return Math.abs(usedBytes() - before) <= MOST_UNUSED_CHANGE_BYTES;
    }

    /**
     * Gives back what nobody uses, and makes room for a large link by a last collection, which has
     * little to do.
     */
    void tidy() {
        keepFree(LEAST_FREE_PERCENT, MOST_FREE_PERCENT);
        giveBack();
        if (settings.isPresent()) {
            int percent = percentForRoom(usedBytes(), roomBytes);
            keepFree(percent, percent + 1);
            collector.run();
        }
        aliveBytes = usedBytes();
    }

    /**
     * Collects until that frees next to nothing. What is softly reachable survives the first
     * collection after a large link, as much was free before it, and not the next one. If that were
     * the one that makes room, the place of it would stay the heap's, which is never used again.
     */
    private void giveBack() {
        long before = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS && before - usedBytes() > LITTLE_BYTES; i++) {
            before = usedBytes();
            collector.run();
        }
    }

    /**
     * Returns which part of the old generation has to be free so that it, and with it the young
     * one, has about some bytes of room.
     *
     * @param usedBytes what is in use
     */
    static int percentForRoom(long usedBytes, long roomBytes) {
        long percent = 100 * roomBytes / (usedBytes + roomBytes);
        return Math.clamp(percent, LEAST_FREE_PERCENT, LARGEST_PERCENT);
    }

    private void keepFree(int least, int most) {
        try {
            settings.ifPresent(options -> keepFree(options, least, most));
        } catch (IllegalArgumentException e) {
            settings = Optional.empty();
            log.accept("the heap gets no room for large links: " + e.getMessage());
        }
    }

    /** The JVM refuses a least part that is greater than the most part, also for a moment. */
    private static void keepFree(Settings options, int least, int most) {
        options.set("MinHeapFreeRatio", "0");
        options.set("MaxHeapFreeRatio", Integer.toString(most));
        options.set("MinHeapFreeRatio", Integer.toString(least));
    }
}

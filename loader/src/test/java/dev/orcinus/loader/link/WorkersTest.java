package dev.orcinus.loader.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests steps that fail on one of several threads. The JVM may tell of a read behind the end of a
 * mapped file when the step is over.
 */
final class WorkersTest {
    private static final int OBJECTS = 64;
    private static final int PAGE = 4_096;
    private static final int ROUNDS = 500;

    @TempDir private Path folder;

    @BeforeEach
    void requireHelper() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor: no helper");
    }

    private static boolean isHelper() {
        return Thread.currentThread().getName().equals(Workers.NAME);
    }

    /** Numbers; whoever asks for their count gets an error once, if a condition is met. */
    private static final class LateError extends AbstractList<Integer> {
        private final BooleanSupplier condition;
        private final AtomicBoolean thrown = new AtomicBoolean();

        LateError(BooleanSupplier condition) {
            this.condition = condition;
        }

        @Override
        public Integer get(int index) {
            return index;
        }

        @Override
        public int size() {
            if (condition.getAsBoolean() && thrown.compareAndSet(false, true)) {
                throw new InternalError("late");
            }
            return OBJECTS;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anErrorThatAHelperGetsAfterItsStepIsThrown() {
        CountDownLatch helped = new CountDownLatch(1);
        List<Integer> objects = new LateError(() -> isHelper() && helped.getCount() == 0);
        InternalError late =
                assertThrows(
                        InternalError.class,
                        () ->
                                Workers.each(
                                        objects,
                                        _ -> {
                                            if (isHelper()) {
                                                helped.countDown();
                                            }
                                            await(helped);
                                        }));
        assertEquals("late", late.getMessage());
    }

    @Test
    void noStepRunsAfterAnErrorThatTheCallerGetsAfterItsStep() {
        CountDownLatch helped = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        List<Integer> objects = new LateError(() -> !isHelper() && helped.getCount() == 0);
        assertThrows(
                InternalError.class,
                () ->
                        Workers.each(
                                objects,
                                _ -> {
                                    running.incrementAndGet();
                                    if (isHelper()) {
                                        helped.countDown();
                                        pause();
                                    }
                                    await(helped);
                                    running.decrementAndGet();
                                }));
        assertEquals(0, running.get());
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheFirstObjectThrowsCounts() {
        List<Integer> numbers = IntStream.range(0, OBJECTS).boxed().toList();
        for (int round = 0; round < ROUNDS; round++) {
            IllegalStateException thrown =
                    assertThrows(
                            IllegalStateException.class,
                            () -> Workers.each(numbers, WorkersTest::refuseFromFive));
            assertEquals("5", thrown.getMessage());
        }
    }

    private static void refuseFromFive(int number) {
        if (number >= 5) {
            throw new IllegalStateException(Integer.toString(number));
        }
    }

    /** The steps are so many that the JVM has compiled them with what calls them. */
    @Test
    void readsBehindTheEndOfAFileAreErrorsInCompiledCode() throws IOException {
        Path file = Files.write(folder.resolve("cut"), new byte[OBJECTS * PAGE]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, READ);
                Arena arena = Arena.ofShared()) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, OBJECTS * (long) PAGE, arena);
            List<Integer> pages = new ArrayList<>(IntStream.range(0, OBJECTS).boxed().toList());
            byte[] read = new byte[OBJECTS];
            for (int round = 0; round < 6 * ROUNDS; round++) {
                read(bytes, pages, read);
            }
            channel.truncate((OBJECTS - 1) * (long) PAGE);
            for (int round = 0; round < ROUNDS; round++) {
                assertThrows(InternalError.class, () -> read(bytes, pages, read));
            }
        }
    }

    private static final StandardOpenOption READ = StandardOpenOption.READ;

    private static void read(MemorySegment bytes, List<Integer> pages, byte[] read) {
        Workers.each(pages, page -> read[page] = bytes.get(JAVA_BYTE, page * (long) PAGE));
    }
}

package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Several threads, each with reservations of its own, in one manager. */
final class ConcurrencyTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 2_000;

    private final MemoryFixture memory = new MemoryFixture();
    private final AtomicInteger finalized = new AtomicInteger();
    private final AtomicInteger deallocated = new AtomicInteger();
    private final AtomicInteger registered = new AtomicInteger();

    @RepeatedTest(3)
    void threadsDoNotDisturbEachOther(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(new Worker(seed, i));
            }
            for (Future<Void> worker : threads.invokeAll(workers)) {
                worker.get();
            }
        }
        memory.manager.close();
        memory.assertNothingLeft();
        assertTrue(finalized.get() > THREADS, "seed " + seed + ": " + finalized + " finalized");
        assertEquals(finalized.get(), deallocated.get(), "seed " + seed + ": deallocated");
        assertEquals(0, registered.get(), "seed " + seed + ": registered and not run");
    }

    /** Reserves, allocates, looks up and frees, in an order that its seed determines. */
    private final class Worker implements Callable<Void> {
        private final Random random;
        private final String which;
        private final byte mark;
        private final List<ExecutorAddress> bases = new ArrayList<>();
        private final List<ExecutorAddress> keys = new ArrayList<>();

        Worker(long seed, int index) {
            this.random = new Random(seed * THREADS + index);
            this.which = "seed " + seed + ", thread " + index;
            this.mark = (byte) (index + 1);
        }

        @Override
        public Void call() throws AllocationException {
            for (int round = 0; round < ROUNDS; round++) {
                switch (random.nextInt(6)) {
                    case 0 -> reserve();
                    case 1, 2 -> allocate();
                    case 3 -> deinitialize();
                    case 4 -> release();
                    default -> look();
                }
            }
            return null;
        }

        private void release() throws AllocationException {
            if (bases.size() > 3) {
                ExecutorAddress base = bases.remove(random.nextInt(bases.size()));
                keys.removeIf(AddressRange.of(base, 2 * PAGE)::contains);
                memory.manager.release(List.of(base)).run();
            }
        }

        private void reserve() throws AllocationException {
            if (bases.size() < 6) {
                bases.add(memory.manager.reserve(PAGE * 2));
            }
        }

        private void allocate() throws AllocationException {
            if (bases.isEmpty()) {
                return;
            }
            ExecutorAddress page =
                    bases.get(random.nextInt(bases.size())).plus(random.nextInt(2) * PAGE);
            if (!keys.contains(page)) {
                InFlightAllocation allocation = memory.manager.begin();
                AllocGroup group = random.nextBoolean() ? R : RX;
                allocation.addSegment(group, page, PAGE, PAGE).fill(mark);
                keys.add(allocation.finish(List.of(counting())));
            }
        }

        private AllocationActions.Pair counting() {
            return new AllocationActions.Pair(
                    new RunnableAction(finalized::incrementAndGet),
                    new RunnableAction(deallocated::incrementAndGet));
        }

        private void deinitialize() throws AllocationException {
            if (!keys.isEmpty()) {
                ExecutorAddress key = keys.remove(random.nextInt(keys.size()));
                registered.incrementAndGet();
                assertTrue(
                        memory.manager.onDealloc(
                                key, new RunnableAction(registered::decrementAndGet)),
                        which + ", " + key);
                memory.manager.deinitialize(List.of(key)).run();
                memory.assertBytes(0, key, PAGE);
            }
        }

        private void look() {
            for (ExecutorAddress key : keys) {
                memory.assertBytes(mark, key, PAGE);
                assertEquals(key, memory.manager.keyOf(key).orElseThrow(), which);
            }
            assertTrue(memory.manager.usage().allocationCount() >= keys.size(), which);
        }
    }
}

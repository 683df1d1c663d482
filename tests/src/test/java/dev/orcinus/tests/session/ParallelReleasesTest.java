package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.Controller.await;
import static dev.orcinus.tests.controller.GuestCode.Function.ANSWER;
import static dev.orcinus.tests.controller.GuestCode.Function.AT_THREAD_END;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK;
import static dev.orcinus.tests.controller.Services.value;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of random releases of several threads of a controller, between calls that leave destructors
 * on the guest's threads. These lie in code that stays: a thread that is busy while memory goes
 * runs its destructors later.
 */
final class ParallelReleasesTest {
    private static final int PAGE = 4096;
    private static final int THREADS = 4;
    private static final int ROUNDS = 30;
    private static final byte[] NOTHING = {};

    /** The absence of an error, as an action returns it. */
    private static final byte[] SUCCESS = {0};

    @TempDir Path directory;

    private final AtomicInteger registered = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private ForkedSession session;
    private Controller controller;
    private Services services;
    private GuestCode guest;
    private ExecutorAddress ending;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
        services = session.services();
        guest = GuestCode.load(controller, services);
        ExecutorAddress tag = counter(destroyed, NOTHING);
        byte[] content = GuestCode.callback(controller, tag).writeLong(0).toBytes();
        ending = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, ending, PAGE, content)));
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    private ExecutorAddress counter(AtomicInteger count, byte[] result) {
        return controller.offer(
                _ -> {
                    count.incrementAndGet();
                    return result;
                });
    }

    @Test
    void eachActionAndEachDestructorRunsOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ParallelReleasesTest: seed " + seed);
        ExecutorAddress atThreadEnd = services.processSymbol("__cxa_thread_atexit_impl");
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                all.add(threads.submit(() -> work(random, atThreadEnd)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        ExecutorAddress last = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, last, PAGE, NOTHING)));
        assertEquals(Optional.empty(), services.release(last));
        assertEquals(registered.get(), destroyed.get(), "a release waits for all destructors");
        controller.close();
        Finished end = session.assertEnds(0);
        assertEquals(1, end.errors().lines().count(), end::toString); // that of the port
        assertEquals(registered.get(), destroyed.get());
    }

    private void work(Random random, ExecutorAddress atThreadEnd) {
        for (int round = 0; round < ROUNDS; round++) {
            AtomicInteger count = new AtomicInteger();
            ExecutorAddress base = value(services.reserve(PAGE));
            int actions = random.nextInt(3);
            AllocActionCallPair[] pairs = new AllocActionCallPair[actions];
            for (int i = 0; i < actions; i++) {
                pairs[i] = new AllocActionCallPair(WrapperFunctionCall.NONE, calling(count));
            }
            value(
                    services.initialize(
                            Memory.request(MemProt.READ_WRITE, base, PAGE, NOTHING, pairs)));
            if (random.nextBoolean()) {
                leaveDestructor(atThreadEnd);
            }
            if (random.nextBoolean()) {
                assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
            }
            assertEquals(0, count.get());
            assertEquals(
                    Optional.empty(),
                    random.nextBoolean() ? services.release(base) : services.deinitialize(base));
            assertEquals(actions, count.get());
        }
    }

    private WrapperFunctionCall calling(AtomicInteger count) {
        byte[] arguments = GuestCode.callback(controller, counter(count, SUCCESS)).toBytes();
        return new WrapperFunctionCall(guest.at(CALL_BACK), arguments);
    }

    private void leaveDestructor(ExecutorAddress atThreadEnd) {
        registered.incrementAndGet();
        var _ =
                await(
                        controller.start(
                                guest.at(AT_THREAD_END),
                                new SpsWriter()
                                        .writeAddress(atThreadEnd)
                                        .writeAddress(ending)
                                        .toBytes()));
    }
}

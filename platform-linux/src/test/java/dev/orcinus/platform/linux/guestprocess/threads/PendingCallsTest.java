package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that pending calls are made in their order, and before all else, whoever makes them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PendingCallsTest {
    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();
    private static final int THREADS = 4;
    private static final int ROUNDS = 3_000;

    /** So many calls at times that their list does not fit into a thread's scratch memory. */
    private static final int LONG_LIST = 300;

    private static final int ROUNDS_BETWEEN_LONG_LISTS = 50;

    private static final long NO_CODE = 8;

    private final Object order = new Object();
    private long last;

    private static NativeGuest start() throws HostCallException {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        return new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    @Test
    void threadsThatCallGuestCodeAtOnceSeeEachCallThatWasAddedBefore() throws Exception {
        try (NativeGuest guest = start();
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            long words = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, 8 + 8 * THREADS));
            guest.pending().add(guest.address(GuestProgram.STORE), words, 0);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 1; i <= THREADS; i++) {
                long own = words + 8L * i;
                all.add(threads.submit(() -> addAndCall(guest, words, own)));
            }
            for (Future<?> each : all) {
                each.get();
            }
            guest.makePendingCalls();
            assertEquals(last, read(guest, words), "the last call is the last one made");
        }
    }

    @Test
    void aCallOfWhichBothRegistersAreWantedComesBehindPendingCalls() throws Exception {
        try (NativeGuest guest = start()) {
            long word = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, 8));
            ExecutorAddress divide = guest.threads().on(Use.SERVICE, t -> find(guest, t, "ldiv"));
            for (long number : new long[] {23, -1}) {
                guest.pending().add(guest.address(GuestProgram.STORE), word, number);
                assertEquals(List.of(3L, 1L), divide(guest, divide, 7, 2));
                assertEquals(0, guest.pending().count());
                assertEquals(number, read(guest, word));
            }
            assertEquals(List.of(-2L, -1L), divide(guest, divide, -9, 4), "none is pending");
        }
    }

    private static ExecutorAddress find(NativeGuest guest, NativeThread thread, String name) {
        try (ThreadScratch scratch = thread.scratch()) {
            long text = scratch.put(name).value();
            return new ExecutorAddress(thread.call(guest.head().dlsym(), 0, text));
        }
    }

    private static List<Long> divide(NativeGuest guest, ExecutorAddress divide, long a, long b) {
        return guest.threads()
                .on(
                        Use.GUEST_CODE,
                        thread ->
                                List.of(thread.callGuestCodeForTwo(divide, a, b), thread.second()));
    }

    /** The report of the crash asks for memory, and another thread waits with a lock meanwhile. */
    @Test
    void aPendingCallThatCrashesIsReportedThoughOthersWaitForIt() throws Exception {
        try (NativeGuest guest = start()) {
            AtomicReference<Thread> other = new AtomicReference<>();
            CountDownLatch reported = new CountDownLatch(1);
            guest.onCrash(
                    _ -> {
                        other.set(Thread.ofPlatform().start(() -> callUntilEnd(guest)));
                        awaitBlocked(other.get());
                        guest.makePendingCalls();
                        reported.countDown();
                    });
            NativeThread mine = guest.threads().on(Use.GUEST_CODE, thread -> thread);
            guest.pending().add(new ExecutorAddress(NO_CODE), 0);
            Thread maker = Thread.ofPlatform().start(() -> makeUntilEnd(guest, mine));
            reported.await();
            maker.join();
            other.get().join();
        }
    }

    /** As who ends threads of the guest does: this one is not its caller's. */
    private static void makeUntilEnd(NativeGuest guest, NativeThread thread) {
        assertThrows(GuestGoneException.class, () -> guest.pending().makeOn(thread));
    }

    private static void callUntilEnd(NativeGuest guest) {
        ExecutorAddress function = guest.address(Libc.MALLOC);
        try {
            guest.threads().on(Use.GUEST_CODE, t -> t.callGuestCode(function, 1));
        } catch (GuestGoneException ended) {
            // as it should
        }
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
    }

    /** Guest code copies the word that pending calls count up, so it tells what came before it. */
    private void addAndCall(NativeGuest guest, long word, long own) {
        ExecutorAddress copy = guest.address(Libc.MEMCPY);
        for (int round = 0; round < ROUNDS; round++) {
            long before = add(guest, word, round % ROUNDS_BETWEEN_LONG_LISTS == 0 ? LONG_LIST : 1);
            guest.threads().on(Use.GUEST_CODE, t -> t.callGuestCode(copy, own, word, 8));
            long seen = read(guest, own);
            assertTrue(seen >= before, () -> "the call saw " + seen + " after " + before);
        }
    }

    private long add(NativeGuest guest, long word, int count) {
        synchronized (order) {
            for (int i = 0; i < count; i++) {
                last++;
                guest.pending().add(guest.address(GuestProgram.STORE), word, last);
            }
            return last;
        }
    }

    private static long read(NativeGuest guest, long at) {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        assertTrue(guest.memory().read(new ExecutorAddress(at), word));
        return word.get(JAVA_LONG, 0);
    }
}

package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of a guest process without the services on top of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NativeGuestTest {
    /** Places in the block of {@link GuestProgram#MARSHAL}. */
    private static final long AL = 48;

    private static final long VECTORS = 64;
    private static final long STACK = 192;

    private static final Processor PROCESSOR =
            Processor.named(System.getProperty("os.arch")).orElseThrow();

    private static NativeGuest start() throws HostCallException {
        Mailbox mailbox = new Mailbox(PROCESSOR, Unistd.getpid());
        NativeProcess process =
                Launcher.of(PROCESSOR, ProgramShape.PLAIN)
                        .launch(List.of("guest"), mailbox.file(), true);
        return new NativeGuest(PROCESSOR, mailbox, process, NativeProcess::reap, false);
    }

    @Test
    void aCallRunsInTheGuest() throws HostCallException {
        try (NativeGuest guest = start()) {
            long parent = guest.threads().on(Use.SERVICE, t -> t.call(Libc.GETPPID));
            assertEquals(Unistd.getpid(), parent);
            guest.kill(new GuestEnd.Lost("test"));
            assertEquals(new GuestEnd.Lost("test"), guest.awaitEnd());
        }
    }

    /** The thread of this test goes on, as that of a program that opens one guest after another. */
    @Test
    void aThreadKeepsNothingOfAGuestThatHasBeenClosed() throws Exception {
        WeakReference<NativeThreads> threads = callAndClose();
        for (int i = 0; i < 100 && !threads.refersTo(null); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(threads.refersTo(null), "the threads of the closed guest are still there");
    }

    private static WeakReference<NativeThreads> callAndClose() throws HostCallException {
        try (NativeGuest guest = start()) {
            long parent = guest.threads().on(Use.GUEST_CODE, t -> t.call(Libc.GETPPID));
            assertEquals(Unistd.getpid(), parent);
            return new WeakReference<>(guest.threads());
        }
    }

    /** As in a session that goes on for long, whose threads come and go. */
    @Test
    void aGuestMayHaveHadMoreThreadsThanItHasPlacesFor() throws HostCallException {
        try (NativeGuest guest = start()) {
            for (int i = 0; i < MailboxLayout.FIRST_FOREIGN; i++) {
                PreparedThread thread = guest.threads().prepare();
                thread.close();
                thread.awaitEnd();
            }
        }
    }

    /** Who has the guest until then may note its state, or that no destructors are left. */
    @Test
    void aChangeIsNotedWhenItIsMadeNotWhenAThreadWaitsForTheGuest() throws Exception {
        try (NativeGuest guest = start()) {
            NativeThreads threads = guest.threads();
            long[] seen = new long[2];
            Thread other =
                    new Thread(() -> seen[1] = threads.on(Use.SERVICE, _ -> threads.changes()));
            threads.on(
                    Use.NOTED_SERVICE,
                    _ -> {
                        other.start();
                        while (other.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                        seen[0] = threads.changes();
                        return null;
                    });
            other.join();
            assertEquals(seen[0] + 1, seen[1]);
        }
    }

    @Test
    void pendingCallsAreMadeInTheirOrderBeforeOthers() throws HostCallException {
        try (NativeGuest guest = start()) {
            long words = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, 16));
            ExecutorAddress store = guest.address(GuestProgram.STORE);
            for (int i = 1; i <= 300; i++) {
                guest.pending().add(store, words, i);
            }
            guest.pending().add(guest.address(Libc.MEMCPY), words + 8, words, 8);
            guest.pending().add(store, words, 7);
            assertEquals(302, guest.pending().count());
            CallList list = new CallList();
            list.addOrStop(guest.address(Libc.CLOSE), -1);
            assertFalse(guest.threads().on(Use.SERVICE, list::runWithPending));
            assertEquals(1, list.made());
            assertEquals(9, list.errno(), "EBADF");
            assertEquals(0, guest.pending().count());
            MemorySegment both = MemorySegment.ofArray(new long[2]);
            assertTrue(guest.memory().read(new ExecutorAddress(words), both));
            assertEquals(7, both.getAtIndex(JAVA_LONG, 0));
            assertEquals(300, both.getAtIndex(JAVA_LONG, 1));
        }
    }

    @Test
    void aPendingCallThatMustNotFailEndsTheGuest() throws HostCallException {
        try (NativeGuest guest = start()) {
            guest.pending().addOrEnd(guest.address(Libc.MPROTECT), 1, 4096, 0);
            assertThrows(
                    GuestGoneException.class,
                    () -> guest.threads().on(Use.SERVICE, t -> t.call(Libc.GETPPID)));
            String end = guest.awaitEnd().describe();
            assertTrue(end.contains("its memory cannot be protected: "), end);
        }
    }

    /** Calls {@code pow(2, 10)} of the C library for mathematics: its registers hold doubles. */
    @Test
    void registersOfAllKindsReachAFunction() throws HostCallException {
        assumeTrue(PROCESSOR == Processor.X86_64, "the block is that of x86-64");
        try (NativeGuest guest = start()) {
            double power = guest.threads().on(Use.SERVICE, thread -> pow(guest, thread));
            assertEquals(1024.0, power);
            String text = guest.threads().on(Use.SERVICE, thread -> print(guest, thread));
            assertEquals("1 2 3 4 5 0.5", text);
        }
    }

    private static double pow(NativeGuest guest, NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            long library = thread.call(Libc.DLOPEN, scratch.put("libm.so.6").value(), 2);
            long name = scratch.put("pow").value();
            long function = thread.call(guest.head().dlsym(), library, name);
            MemorySegment block = MemorySegment.ofArray(new long[24]);
            block.set(JAVA_LONG, AL, 2);
            block.set(JAVA_DOUBLE, VECTORS, 2.0);
            block.set(JAVA_DOUBLE, VECTORS + 16, 10.0);
            ExecutorAddress there = scratch.put(block);
            thread.call(GuestProgram.MARSHAL, function, there.value(), 0);
            scratch.get(there, block);
            return block.get(JAVA_DOUBLE, VECTORS);
        }
    }

    /** Calls {@code snprintf} with five numbers, of which two are on the stack, and a double. */
    private static String print(NativeGuest guest, NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            ExecutorAddress text = scratch.zeros(32);
            long format = scratch.put("%d %d %d %d %d %.1f").value();
            long name = scratch.put("snprintf").value();
            long function = thread.call(guest.head().dlsym(), 0, name);
            long[] words = {text.value(), 32, format, 1, 2, 3, 1, 2};
            MemorySegment block = MemorySegment.ofArray(new long[26]);
            MemorySegment.copy(MemorySegment.ofArray(words), 0, block, 0, words.length * 8L);
            block.set(JAVA_DOUBLE, VECTORS, 0.5);
            block.set(JAVA_LONG, STACK, 4);
            block.set(JAVA_LONG, STACK + 8, 5);
            ExecutorAddress there = scratch.put(block);
            thread.call(GuestProgram.MARSHAL, function, there.value(), 0);
            MemorySegment printed = MemorySegment.ofArray(new byte[32]);
            scratch.get(text, printed);
            return printed.getString(0);
        }
    }
}

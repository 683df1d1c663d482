package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.HOST;
import static dev.orcinus.platform.linux.TestHost.callInt;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.nio.file.Path;
import java.util.List;

/** The main class of {@link ForkedJvm}. */
public final class Guest {
    private static final long STACK_BYTES = 16 << 20;

    private Guest() {}

    /** Runs the case that the first argument names. */
    public static void main(String[] arguments) throws Throwable {
        switch (arguments[0]) {
            case "crash" -> crash(MachineCode.valueOf(arguments[1]));
            case "java" -> ordinaryJava();
            case "exit" -> HOST.process().exitNow(Integer.parseInt(arguments[1]));
            case "thread-locals" -> ThreadLocalsGuest.main(arguments);
            case "isolated" -> IsolatedGuestCheck.main(arguments);
            case "short-lived-thread" -> IdleGuests.onShortLivedThread(arguments[1]);
            case "idle" -> IdleGuests.idle();
            case "after-keepers" -> IdleGuests.afterKeepers(Integer.parseInt(arguments[1]));
            case "guest-processes" -> guestProcesses();
            case "copies" -> makeCopies();
            case "debug" -> DebuggedGuest.run(GUEST, Path.of(arguments[1]));
            case "debug-isolated" -> DebuggedGuest.runIsolated(Path.of(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Prints a line that is not flushed, as a guest would, and crashes on a guest thread. */
    private static void crash(MachineCode code) throws Exception {
        System.out.println("guest output");
        ExecutorAddress function = code.install();
        onGuestThread(() -> callInt(function, 0));
    }

    /**
     * Runs Java that HotSpot implements by catching faults, on a guest thread and on others at the
     * same time.
     */
    private static void ordinaryJava() throws Exception {
        Thread other = new Thread(null, Guest::provokeFaults, "other");
        other.start();
        onGuestThread(Guest::provokeFaults);
        provokeFaults();
        other.join();
        System.out.println("fine");
    }

    private static void provokeFaults() {
        int caught = 0;
        for (int i = 0; i < 300_000; i++) {
            try {
                caught += length(i % 10 == 0 ? null : new int[2]);
            } catch (NullPointerException expected) {
                caught -= 2;
            }
        }
        for (int i = 0; i < 3; i++) {
            try {
                caught += recurse(0);
            } catch (StackOverflowError expected) {
                System.gc();
            }
        }
        if (caught != 480_000) {
            throw new AssertionError(caught);
        }
    }

    private static int length(int[] array) {
        return array.length;
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : 1 + recurse(depth + 1);
    }

    private static void onGuestThread(Runnable body) throws Exception {
        Runnable prepared =
                () -> {
                    try (PreparedThread _ = GUEST.process().prepareThread()) {
                        body.run();
                    } catch (HostCallException e) {
                        throw new AssertionError(e);
                    }
                };
        Thread thread = new Thread(null, prepared, "guest", STACK_BYTES);
        thread.start();
        thread.join();
    }

    /** Leads a session of its own, and copies a guest again and again. */
    private static void makeCopies() throws HostCallException {
        Unistd.setsid(ErrnoState.IGNORED);
        IsolatedGuest guest = HOST.startGuest(GuestOptions.ofSession());
        System.out.println("copying");
        while (true) {
            guest.checkpoint().close();
        }
    }

    /**
     * Starts two guests in processes of their own, one of which has a checkpoint, and a program;
     * names them, and waits.
     */
    private static void guestProcesses() throws Exception {
        IsolatedGuest one = HOST.startGuest(GuestOptions.ofSession());
        IsolatedGuest two = HOST.startGuest(GuestOptions.ofSession());
        IsolatedGuest program = HOST.startGuest(GuestOptions.ofProgram(List.of("program")));
        GuestCheckpoint _ = one.checkpoint();
        System.out.println("guests " + one.pid() + " " + two.pid() + " " + program.pid());
        for (IsolatedGuest guest : List.of(one, two)) {
            System.out.println("ended " + guest.awaitEnd());
        }
        System.in.read();
    }
}

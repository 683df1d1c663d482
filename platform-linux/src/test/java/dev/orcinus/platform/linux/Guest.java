package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.HOST;
import static dev.orcinus.platform.linux.TestHost.callInt;
import static dev.orcinus.platform.linux.TestHost.publish;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
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
            case "guest-processes" -> guestProcesses();
            case "debug" -> debug(Path.of(arguments[1]));
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

    /** Loads a relocatable object as LLVM's debug objects are, registers it, and calls its code. */
    private static void debug(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        AddressRange pages = GUEST.memory().map(bytes.length);
        AddressRange object = AddressRange.of(pages.start(), bytes.length);
        MemorySegment view = GUEST.memory().fill(object);
        view.copyFrom(MemorySegment.ofArray(bytes));
        AddressRange code = place(view);
        publish(pages, MemProt.READ);
        System.out.println("ready " + code.start());
        System.in.read();
        GUEST.debugger().register(object);
        System.out.println("result " + callInt(code.start(), 5));
        GUEST.debugger().unregister(object);
    }

    /** Copies the allocated sections, and notes their addresses in the section headers. */
    private static AddressRange place(MemorySegment object) throws Exception {
        AddressRange code = GUEST.memory().map(1 << 16);
        long headers = object.get(JAVA_LONG_UNALIGNED, 0x28);
        long at = 0;
        for (int i = 0; i < object.get(JAVA_SHORT_UNALIGNED, 0x3c); i++) {
            MemorySegment header = object.asSlice(headers + i * 64L, 64);
            long size = header.get(JAVA_LONG_UNALIGNED, 0x20);
            if ((header.get(JAVA_LONG_UNALIGNED, 8) & 2) != 0 && size != 0) {
                header.set(JAVA_LONG_UNALIGNED, 0x10, code.start().value() + at);
                long offset = header.get(JAVA_LONG_UNALIGNED, 0x18);
                MemorySegment.copy(object, offset, GUEST.memory().fill(code), at, size);
                at = (at + size + 63) & -64;
            }
        }
        publish(code, MemProt.READ_EXEC);
        return code;
    }
}

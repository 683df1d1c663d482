package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.HOST;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Guest processes without work. The main class of a JVM of its own. */
final class IdleGuests {
    private static final long SETTLE_MILLIS = 1500;
    private static final long IDLE_MILLIS = 1000;
    private static final int MOST_LOOKS = 10;
    private static final long LITTLE = 2;
    private static final int USER_TIME = 11;

    /** How the names of HotSpot's threads begin that go on with what came before. */
    private static final List<String> AT_WORK_LATER = List.of("C1 ", "C2 ", "G1 ", "GC ");

    private static final System.Logger LOG = System.getLogger(IdleGuests.class.getName());

    private IdleGuests() {}

    private static void requireCall(IsolatedGuest guest) {
        ExecutorAddress getpid =
                guest.libraries().find(guest.libraries().process(), "getpid").orElseThrow();
        long answer = guest.invoker().call(GuestCall.of(getpid)).value();
        if (answer != guest.pid()) {
            throw new AssertionError(answer);
        }
    }

    /**
     * Starts guests on a thread that ends, uses them, and prints whether they live.
     *
     * @param kind of the thread
     */
    static void onShortLivedThread(String kind) throws Exception {
        List<IsolatedGuest> guests = new ArrayList<>();
        Runnable start =
                () -> {
                    try {
                        guests.add(HOST.startGuest(GuestOptions.ofSession()));
                        guests.add(HOST.startGuest(GuestOptions.ofProgram(List.of("program"))));
                        guests.forEach(IdleGuests::requireCall);
                    } catch (HostCallException e) {
                        throw new AssertionError(e);
                    }
                };
        Thread thread =
                kind.equals("virtual")
                        ? Thread.ofVirtual().start(start)
                        : Thread.ofPlatform().start(start);
        thread.join();
        Thread.sleep(200); // a wrong signal would come now
        StringBuilder alive = new StringBuilder("alive");
        for (IsolatedGuest guest : guests) {
            requireCall(guest);
            alive.append(' ').append(guest.end().isEmpty());
        }
        System.out.println(alive);
    }

    /**
     * Prints the processor time of guests, and of this process, while nothing is to be done: the
     * least of some times, because what the start has left to do may come late.
     */
    static void idle() throws Exception {
        List<Path> guests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            IsolatedGuest guest = HOST.startGuest(GuestOptions.ofSession());
            requireCall(guest);
            guests.add(Path.of("/proc/" + guest.pid() + "/stat"));
        }
        long keeper = Long.parseLong(fields(guests.getFirst())[1]);
        guests.add(Path.of("/proc/" + keeper + "/stat"));
        Thread.sleep(SETTLE_MILLIS);
        long ofGuests = Long.MAX_VALUE;
        long ofJvm = Long.MAX_VALUE;
        for (int i = 0; i < MOST_LOOKS && (ofGuests > 0 || ofJvm > LITTLE); i++) {
            long before = ticks(guests);
            long jvmBefore = ticksOfJvm();
            Thread.sleep(IDLE_MILLIS);
            ofJvm = Math.min(ofJvm, ticksOfJvm() - jvmBefore);
            ofGuests = Math.min(ofGuests, ticks(guests) - before);
        }
        System.out.println("ticks " + ofGuests + " " + ofJvm);
    }

    /** The processor time of this process's threads, but for HotSpot's compiler and collector. */
    private static long ticksOfJvm() throws Exception {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                try {
                    String name = Files.readString(thread.resolve("comm"));
                    if (AT_WORK_LATER.stream().noneMatch(name::startsWith)) {
                        sum += ticks(List.of(thread.resolve("stat")));
                    }
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "the thread has ended", e);
                }
            }
        }
        return sum;
    }

    /** Starts guests at the moment in which the keeper has been killed, and prints how many. */
    static void afterKeepers(int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            try (IsolatedGuest before = HOST.startGuest(GuestOptions.ofSession())) {
                Path stat = Path.of("/proc/" + before.pid() + "/stat");
                long keeper = Long.parseLong(fields(stat)[1]);
                ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
                try (IsolatedGuest next = HOST.startGuest(GuestOptions.ofSession())) {
                    requireCall(next);
                }
            }
        }
        System.out.println("started " + rounds);
    }

    private static String[] fields(Path stat) throws Exception {
        String line = Files.readString(stat);
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long ticks(List<Path> processes) throws Exception {
        long sum = 0;
        for (Path stat : processes) {
            String[] fields = fields(stat);
            sum += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        }
        return sum;
    }
}

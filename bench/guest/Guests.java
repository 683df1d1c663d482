import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Measures guest processes in a JVM of its own, which {@code GuestProcesses} starts. */
public final class Guests {
    private static final int CALLS = 200_000;
    private static final int PAUSED_CALLS = 1_000;
    private static final int DIRTY_BYTES = 64 << 10;
    private static final int SNAPSHOTS = 4;

    private final IsolatedGuest guest;
    private final ExecutorAddress abs;
    private final ExecutorAddress memset;
    private final ExecutorAddress abort;
    private final long block;

    private Guests(IsolatedGuest guest) {
        this.guest = guest;
        abs = find("abs");
        memset = find("memset");
        abort = find("abort");
        block = guest.process().allocate(DIRTY_BYTES).value();
    }

    /** Runs {@code calls}, or {@code growth CHECKPOINTS TAKEOVERS}. */
    public static void main(String[] arguments) throws Exception {
        try (IsolatedGuest guest = HostProvider.current().startGuest(GuestOptions.ofSession());
                PreparedThread first = guest.process().prepareMainThread()) {
            Guests guests = new Guests(guest);
            switch (arguments[0]) {
                case "calls" -> guests.calls();
                case "growth" ->
                        guests.growth(
                                Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private ExecutorAddress find(String name) {
        return guest.libraries().find(guest.libraries().process(), name).orElseThrow();
    }

    /** Prints the median of calls one after the other, and of calls after a pause. */
    private void calls() throws InterruptedException {
        GuestCall call = GuestCall.of(abs, 1);
        for (int i = 0; i < CALLS; i++) {
            guest.invoker().call(call);
        }
        System.out.println("hot_us " + median(call, CALLS, 0));
        System.out.println("pause_us " + median(call, PAUSED_CALLS, 1));
    }

    private String median(GuestCall call, int count, long pauseMillis) throws InterruptedException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            if (pauseMillis > 0) {
                Thread.sleep(pauseMillis);
            }
            long start = System.nanoTime();
            guest.invoker().call(call);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return String.format(Locale.ROOT, "%.2f", nanos[count / 2] / 1e3);
    }

    /** Makes checkpoints, each before the last one goes; then crashes and returns to one. */
    private void growth(int checkpoints, int takeOvers) throws HostCallException, IOException {
        System.out.println(
                "| | JVM: RSS, mappings, descriptors, heap | guest | keeper | its children |");
        System.out.println("|---|---|---|---|---|");
        GuestCheckpoint last = guest.checkpoint();
        for (int done = 1; done <= checkpoints; done++) {
            dirty(done);
            GuestCheckpoint next = guest.checkpoint();
            last.close();
            last = next;
            print(done, checkpoints, "checkpoints");
        }
        last.close();
        for (int done = 1; done <= takeOvers; done++) {
            try (GuestCheckpoint checkpoint = guest.checkpoint()) {
                dirty(done);
                guest.invoker().call(GuestCall.of(abort));
                checkpoint.restore();
            }
            print(done, takeOvers, "take-overs");
        }
    }

    private void dirty(int value) {
        guest.invoker().call(new GuestCall(memset, block, value & 0xff, DIRTY_BYTES, 0, 0, 0));
    }

    private void print(int done, int all, String what) throws IOException {
        if (done != Math.max(1, all / 100) && done % Math.max(1, all / SNAPSHOTS) != 0) {
            return;
        }
        System.gc();
        Runtime java = Runtime.getRuntime();
        String keeper = status(Long.toString(guest.pid()), "PPid:");
        System.out.printf(
                "| after %,d %s | %s, %,d KB | %s | %s | %d |%n",
                done,
                what,
                holding("self"),
                (java.totalMemory() - java.freeMemory()) >> 10,
                holding(Long.toString(guest.pid())),
                holding(keeper),
                Files.readString(Path.of("/proc", keeper, "task", keeper, "children"))
                        .strip()
                        .split(" ")
                        .length);
    }

    private static String holding(String process) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", process, "fd"));
                Stream<String> mappings = Files.lines(Path.of("/proc", process, "maps"))) {
            return status(process, "VmRSS:") + ", " + mappings.count() + ", " + descriptors.count();
        }
    }

    private static String status(String process, String field) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", process, "status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .findFirst()
                    .orElseThrow()
                    .substring(field.length())
                    .strip();
        }
    }
}

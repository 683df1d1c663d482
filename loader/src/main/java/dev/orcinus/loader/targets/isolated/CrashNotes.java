package dev.orcinus.loader.targets.isolated;

import dev.orcinus.loader.GuestCrashException;
import dev.orcinus.loader.GuestCrashException.Facts;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.runtime.crash.CrashFrame;
import dev.orcinus.runtime.crash.CrashReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What is known of the ends of a guest. Many threads may use it. */
final class CrashNotes {
    private static final String ROLLED_BACK =
            "; it goes on from its last checkpoint, with everything that is loaded";
    private static final String LOST = "; everything that was loaded into it is gone";

    private volatile CrashReport last;

    /** Notes a crash, before the process ends. */
    void note(CrashReport report) {
        last = report;
    }

    /** Returns the exception for an end. */
    GuestCrashException describe(GuestGoneException gone, boolean isRolledBack) {
        GuestEnd end = gone.end();
        Optional<CrashReport> report = Optional.ofNullable(last).filter(r -> isOf(r, end));
        List<CrashFrame> frames = report.map(CrashReport::frames).orElse(List.of());
        Facts facts =
                new Facts(
                        signal(end),
                        end instanceof GuestEnd.Exited(var status)
                                ? OptionalInt.of(status)
                                : OptionalInt.empty(),
                        address(end),
                        frames.stream().findFirst().flatMap(CrashFrame::function),
                        frames.stream().map(CrashFrame::text).toList(),
                        isRolledBack);
        String what = report.map(r -> "crashed: " + r.summary()).orElseGet(end::describe);
        String message = "the process of loaded code " + what + (isRolledBack ? ROLLED_BACK : LOST);
        return new GuestCrashException(message, gone.getCause(), facts);
    }

    private static boolean isOf(CrashReport report, GuestEnd end) {
        return end instanceof GuestEnd.Crashed crash && crash.signal() == report.signal();
    }

    private static OptionalInt signal(GuestEnd end) {
        return end instanceof GuestEnd.Crashed crash
                ? OptionalInt.of(crash.signal())
                : OptionalInt.empty();
    }

    private static OptionalLong address(GuestEnd end) {
        if (end instanceof GuestEnd.Crashed crash) {
            ExecutorAddress address = crash.address();
            return address.isNull() ? OptionalLong.empty() : OptionalLong.of(address.value());
        }
        return OptionalLong.empty();
    }
}

package dev.orcinus.loader.targets.isolated;

import dev.orcinus.loader.GuestCrashException;
import dev.orcinus.loader.GuestCrashException.Facts;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What is known of the ends of a guest. Its owner's lock guards it. */
final class CrashNotes {
    private static final String ROLLED_BACK =
            "; it goes on from its last checkpoint, with everything that is loaded";
    private static final String LOST = "; everything that was loaded into it is gone";

    /** Returns the exception for an end. */
    GuestCrashException describe(GuestGoneException gone, boolean isRolledBack) {
        GuestEnd end = gone.end();
        Facts facts =
                new Facts(
                        signal(end),
                        end instanceof GuestEnd.Exited(var status)
                                ? OptionalInt.of(status)
                                : OptionalInt.empty(),
                        address(end),
                        Optional.empty(),
                        List.of(),
                        isRolledBack);
        String message =
                "the process of loaded code " + end.describe() + (isRolledBack ? ROLLED_BACK : LOST);
        return new GuestCrashException(message, gone.getCause(), facts);
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

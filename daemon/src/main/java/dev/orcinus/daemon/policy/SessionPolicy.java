package dev.orcinus.daemon.policy;

import dev.orcinus.platform.spi.guest.GuestFiles;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a session may do.
 *
 * @param name its name, or the path of its file, for messages
 * @param guest what the code of the session's guest may do
 * @param time how long the session may last; zero for as long as it likes
 */
public record SessionPolicy(String name, GuestPolicy guest, Duration time) {
    /** What a session may do without a policy: all that the daemon's user may. */
    public static final SessionPolicy NONE =
            new SessionPolicy("none", GuestPolicy.NONE, Duration.ZERO);

    private static final String FILES = "files";
    private static final String STRICT = "strict";
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    /**
     * Returns the policy of a name: {@code none}; {@code files}, with which guest code may read and
     * execute the files of the system only; or {@code strict}, with which it may besides open no
     * sockets, execute no programs and affect no other processes.
     */
    static Optional<SessionPolicy> named(String name) {
        return switch (name) {
            case "none" -> Optional.of(NONE);
            case FILES -> Optional.of(ofSystem(name, false));
            case STRICT -> Optional.of(ofSystem(name, true));
            default -> Optional.empty();
        };
    }

    private static SessionPolicy ofSystem(String name, boolean isStrict) {
        GuestFiles files = new GuestFiles(SystemFiles.readable(), SystemFiles.writable());
        return new SessionPolicy(
                name,
                new GuestPolicy(Optional.of(files), isStrict, GuestQuota.NONE, false),
                Duration.ZERO);
    }

    /** Returns whether a session may do all that the daemon's user may, for as long as it likes. */
    public boolean isNone() {
        return guest.isNone() && time.isZero();
    }

    /** Returns whether somebody has to look at what sessions take. */
    public boolean isWatched() {
        GuestQuota quota = guest.quota();
        return !time.isZero()
                || quota.memoryBytes() != GuestQuota.UNLIMITED
                || quota.processes() != GuestQuota.UNLIMITED
                || quota.cpuSeconds() != GuestQuota.UNLIMITED;
    }

    /** Returns the same policy, of which the system may leave out what it cannot enforce. */
    public SessionPolicy asBestEffort() {
        return new SessionPolicy(name, guest.asBestEffort(), time);
    }

    /**
     * Returns it as a part of a line, as in {@code strict.policy (strict; memory 512 MiB; 8
     * processes)}.
     */
    public String describe() {
        List<String> parts = new ArrayList<>();
        String kind = guest.isStrict() ? STRICT : guest.files().isPresent() ? FILES : "";
        if (!kind.isEmpty() && !kind.equals(name)) {
            parts.add(kind);
        }
        GuestQuota quota = guest.quota();
        add(parts, quota.memoryBytes(), "memory " + size(quota.memoryBytes()));
        add(parts, quota.processes(), quota.processes() + " processes");
        add(parts, quota.cpuSeconds(), quota.cpuSeconds() + " CPU seconds");
        add(parts, quota.fileBytes(), "files of " + size(quota.fileBytes()));
        add(parts, quota.openFiles(), quota.openFiles() + " open files");
        if (!time.isZero()) {
            parts.add(seconds(time));
        }
        return parts.isEmpty() ? name : name + " (" + String.join("; ", parts) + ")";
    }

    private static void add(List<String> parts, long limit, String text) {
        if (limit != GuestQuota.UNLIMITED) {
            parts.add(text);
        }
    }

    /** Returns a duration in seconds, or in milliseconds if it is not a number of seconds. */
    public static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    /** Returns a number of bytes with the largest unit of which it is a multiple. */
    public static String size(long bytes) {
        int unit = 0;
        long count = bytes;
        while (unit < UNITS.length - 1 && count != 0 && count % 1024 == 0) {
            count /= 1024;
            unit++;
        }
        return count + " " + UNITS[unit];
    }
}

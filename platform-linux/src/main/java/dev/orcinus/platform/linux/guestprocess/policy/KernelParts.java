package dev.orcinus.platform.linux.guestprocess.policy;

import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_CREATE_RULESET_VERSION;
import static dev.orcinus.bindings.linux.Seccomp.SECCOMP_GET_ACTION_AVAIL;
import static dev.orcinus.bindings.linux.Seccomp.SECCOMP_RET_ERRNO;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.bindings.linux.SysPrctl;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * What the running kernel can enforce.
 *
 * @param landlock the version of Landlock; 0 if there is none
 * @param hasFilters whether system calls can be filtered
 */
public record KernelParts(int landlock, boolean hasFilters) {
    /** Forbids to make files shorter; older ones do not notice it. */
    private static final int VERSION_OF_TRUNCATE = 3;

    /** Knows scopes. */
    static final int VERSION_OF_SCOPES = 6;

    /** Asks the kernel. */
    public static KernelParts ofThisSystem(Processor processor) {
        int version =
                (int)
                        LinuxUnistd.syscall(
                                ErrnoState.IGNORED,
                                LandlockCalls.CREATE_RULESET,
                                0,
                                0,
                                LANDLOCK_CREATE_RULESET_VERSION,
                                0,
                                0);
        return new KernelParts(Math.max(0, version), knowsFilters(processor));
    }

    private static boolean knowsFilters(Processor processor) {
        if (SysPrctl.prctl(ErrnoState.IGNORED, SysPrctl.PR_GET_SECCOMP, 0) < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            long action = arena.allocateFrom(JAVA_INT, SECCOMP_RET_ERRNO).address();
            int number = seccomp(processor);
            return LinuxUnistd.syscall(
                            ErrnoState.IGNORED, number, SECCOMP_GET_ACTION_AVAIL, 0, action, 0, 0)
                    == 0;
        }
    }

    private static int seccomp(Processor processor) {
        return switch (processor) {
            case X86_64 -> 317;
            case AARCH64 -> 277;
        };
    }

    /** Returns what it cannot enforce of a policy, each as what follows "it cannot". */
    public List<String> missing(GuestPolicy policy) {
        List<String> missing = new ArrayList<>();
        if (policy.files().isPresent() && landlock == 0) {
            missing.add("restrict files (it has no Landlock, or that is off; Linux 5.13)");
        } else if (policy.files().isPresent() && landlock < VERSION_OF_TRUNCATE) {
            missing.add(
                    "keep files from being made shorter (it has version "
                            + landlock
                            + " of Landlock; Linux 6.2 has 3)");
        }
        if (policy.isStrict() && !hasFilters) {
            missing.add("filter system calls (it has no seccomp filters)");
        }
        if (policy.isStrict() && landlock < VERSION_OF_SCOPES) {
            missing.add(
                    "forbid signals to other processes (it has version "
                            + landlock
                            + " of Landlock; Linux 6.12 has 6)");
        }
        return missing;
    }
}

package dev.orcinus.platform.linux.guestprocess.policy;

import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_EXECUTE;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_MAKE_BLOCK;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_MAKE_CHAR;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_MAKE_SYM;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_READ_DIR;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_READ_FILE;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_REFER;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_ACCESS_FS_WRITE_FILE;
import static dev.orcinus.bindings.linux.Landlock.LANDLOCK_RULE_PATH_BENEATH;
import static dev.orcinus.bindings.linux.LandlockScope.LANDLOCK_ACCESS_FS_IOCTL_DEV;
import static dev.orcinus.bindings.linux.LandlockScope.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
import static dev.orcinus.bindings.linux.LandlockScope.LANDLOCK_SCOPE_SIGNAL;
import static dev.orcinus.bindings.linux.LandlockTruncate.LANDLOCK_ACCESS_FS_TRUNCATE;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_PATH;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.linux.Landlock.PathBeneathAttr;
import dev.orcinus.bindings.linux.Landlock.RulesetAttr;
import dev.orcinus.bindings.linux.LandlockScope.ScopedRulesetAttr;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestFiles;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The calls by which a guest restricts itself with Landlock. Whatever the version of the kernel
 * knows is forbidden but for the given files. Who has restricted itself can neither trace processes
 * outside, nor read their memory.
 */
final class LandlockCalls {
    static final int CREATE_RULESET = 444;
    static final int ADD_RULE = 445;
    static final int RESTRICT_SELF = 446;

    private static final int READING =
            LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

    /** Devices cannot be made: they would be doors to all that the user may use. */
    private static final int DEVICES = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

    /** What can be allowed for a file that is no folder. */
    private static final int OF_FILES =
            LANDLOCK_ACCESS_FS_EXECUTE
                    | LANDLOCK_ACCESS_FS_READ_FILE
                    | LANDLOCK_ACCESS_FS_WRITE_FILE
                    | LANDLOCK_ACCESS_FS_TRUNCATE
                    | LANDLOCK_ACCESS_FS_IOCTL_DEV;

    private static final int VERSION_OF_REFER = 2;
    private static final int VERSION_OF_TRUNCATE = 3;
    private static final int VERSION_OF_NETWORK = 4;
    private static final int VERSION_OF_IOCTL = 5;

    private final NativeThread thread;
    private final int version;

    /**
     * Calls of a thread, the only one of its process.
     *
     * @param version of Landlock, from 1
     */
    LandlockCalls(NativeThread thread, int version) {
        this.thread = thread;
        this.version = version;
    }

    /**
     * Restricts the process.
     *
     * @param files what it may open; all that its user may, if null
     * @param isScoped whether it may send no signals to processes outside, if the kernel can do
     *     that
     */
    void restrict(GuestFiles files, boolean isScoped) throws HostCallException {
        boolean hasScopes = isScoped && version >= KernelParts.VERSION_OF_SCOPES;
        if (files == null && !hasScopes) {
            return; // the kernel takes no ruleset without rules
        }
        int ruleset = create(files != null, hasScopes);
        if (files != null) {
            allow(ruleset, files.readable(), READING);
            allow(ruleset, files.writable(), known() & ~DEVICES);
        }
        require(thread.call(Libc.SYSCALL, RESTRICT_SELF, ruleset, 0), "landlock_restrict_self");
        thread.call(Libc.CLOSE, ruleset);
    }

    /** Returns the accesses to files that the version knows. */
    private int known() {
        int known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
        known |= version >= VERSION_OF_REFER ? LANDLOCK_ACCESS_FS_REFER : 0;
        known |= version >= VERSION_OF_TRUNCATE ? LANDLOCK_ACCESS_FS_TRUNCATE : 0;
        return known | (version >= VERSION_OF_IOCTL ? LANDLOCK_ACCESS_FS_IOCTL_DEV : 0);
    }

    private int create(boolean restrictsFiles, boolean isScoped) throws HostCallException {
        int scopes = LANDLOCK_SCOPE_SIGNAL | LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
        MemorySegment attributes = MemorySegment.ofArray(new long[3]);
        attributes.set(JAVA_LONG, RulesetAttr.HANDLED_ACCESS_FS, restrictsFiles ? known() : 0);
        attributes.set(JAVA_LONG, ScopedRulesetAttr.SCOPED, isScoped ? scopes : 0);
        try (ThreadScratch scratch = thread.scratch()) {
            long at = scratch.put(attributes).value();
            return require(
                    thread.call(Libc.SYSCALL, CREATE_RULESET, at, sizeOfAttributes(), 0),
                    "landlock_create_ruleset");
        }
    }

    private long sizeOfAttributes() {
        if (version >= KernelParts.VERSION_OF_SCOPES) {
            return ScopedRulesetAttr.SCOPED + Long.BYTES;
        }
        return version >= VERSION_OF_NETWORK ? ScopedRulesetAttr.SCOPED : Long.BYTES;
    }

    private void allow(int ruleset, List<Path> paths, int access) throws HostCallException {
        for (Path path : paths) {
            int right = Files.isDirectory(path) ? access : access & OF_FILES;
            try (ThreadScratch scratch = thread.scratch()) {
                long name = scratch.put(path.toString()).value();
                int place =
                        require(
                                thread.call(Libc.OPEN, name, O_PATH | O_CLOEXEC),
                                "open(" + path + ", O_PATH)");
                long rule = scratch.put(rule(right, place)).value();
                long added =
                        thread.call(
                                Libc.SYSCALL,
                                ADD_RULE,
                                ruleset,
                                LANDLOCK_RULE_PATH_BENEATH,
                                rule,
                                0);
                require(added, "landlock_add_rule(" + path + ")");
                thread.call(Libc.CLOSE, place);
            }
        }
    }

    private static MemorySegment rule(int access, int place) {
        MemorySegment rule = MemorySegment.ofArray(new long[2]);
        rule.set(JAVA_LONG, PathBeneathAttr.ALLOWED_ACCESS, access);
        rule.set(JAVA_INT, PathBeneathAttr.PARENT_FD, place);
        return rule;
    }

    private int require(long result, String call) throws HostCallException {
        if ((int) result < 0) {
            throw Failure.of(call + " in the guest", thread.errno());
        }
        return (int) result;
    }
}

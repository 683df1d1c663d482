package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <spawn.h>}. These functions return an error number instead of setting {@code errno}. */
public final class Spawn {
    /** Put the process into the group of the attributes; group 0 is one of its own. */
    public static final int POSIX_SPAWN_SETPGROUP = 2;

    /** Set the signals of the attributes to their default actions. */
    public static final int POSIX_SPAWN_SETSIGDEF = 4;

    /** Block the signals of the attributes, and no others. */
    public static final int POSIX_SPAWN_SETSIGMASK = 8;

    /** Make the process the leader of a session of its own. */
    public static final int POSIX_SPAWN_SETSID = 0x80;

    private static final CFunction POSIX_SPAWN = CFunction.named("posix_spawn");
    private static final CFunction ACTIONS_INIT = CFunction.named("posix_spawn_file_actions_init");
    private static final CFunction ACTIONS_DESTROY =
            CFunction.named("posix_spawn_file_actions_destroy");
    private static final CFunction ACTIONS_ADDDUP2 =
            CFunction.named("posix_spawn_file_actions_adddup2");
    private static final CFunction ACTIONS_ADDCLOSE =
            CFunction.named("posix_spawn_file_actions_addclose");
    private static final CFunction ACTIONS_ADDCLOSEFROM =
            CFunction.named("posix_spawn_file_actions_addclosefrom_np");
    private static final CFunction ACTIONS_ADDOPEN =
            CFunction.named("posix_spawn_file_actions_addopen");
    private static final CFunction ATTR_INIT = CFunction.named("posix_spawnattr_init");
    private static final CFunction ATTR_SETFLAGS = CFunction.named("posix_spawnattr_setflags");
    private static final CFunction ATTR_SETSIGDEFAULT =
            CFunction.named("posix_spawnattr_setsigdefault");
    private static final CFunction ATTR_SETSIGMASK = CFunction.named("posix_spawnattr_setsigmask");

    private Spawn() {}

    /**
     * Calls {@code int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t
     * *file_actions, const posix_spawnattr_t *attrp, char *const *argv, char *const *envp);}
     */
    public static int posix_spawn(
            MemorySegment pid,
            MemorySegment path,
            MemorySegment file_actions,
            MemorySegment attrp,
            MemorySegment argv,
            MemorySegment envp) {
        return (int)
                POSIX_SPAWN.call(
                        ErrnoState.IGNORED,
                        address(pid),
                        address(path),
                        address(file_actions),
                        address(attrp),
                        address(argv),
                        address(envp));
    }

    /**
     * Calls {@code int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions);}
     */
    public static int posix_spawn_file_actions_init(MemorySegment file_actions) {
        return (int) ACTIONS_INIT.call(ErrnoState.IGNORED, address(file_actions));
    }

    /**
     * Calls {@code int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions);}
     */
    public static int posix_spawn_file_actions_destroy(MemorySegment file_actions) {
        return (int) ACTIONS_DESTROY.call(ErrnoState.IGNORED, address(file_actions));
    }

    /**
     * Calls {@code int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *file_actions,
     * int fd, int newfd);}
     */
    public static int posix_spawn_file_actions_adddup2(
            MemorySegment file_actions, int fd, int newfd) {
        return (int) ACTIONS_ADDDUP2.call(ErrnoState.IGNORED, address(file_actions), fd, newfd);
    }

    /**
     * Calls {@code int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *file_actions,
     * int fd);}
     */
    public static int posix_spawn_file_actions_addclose(MemorySegment file_actions, int fd) {
        return (int) ACTIONS_ADDCLOSE.call(ErrnoState.IGNORED, address(file_actions), fd);
    }

    /**
     * Calls {@code int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t
     * *actions, int from);}
     *
     * @throws UnsupportedOperationException before glibc 2.34
     */
    public static int posix_spawn_file_actions_addclosefrom_np(MemorySegment actions, int from) {
        return (int) ACTIONS_ADDCLOSEFROM.call(ErrnoState.IGNORED, address(actions), from);
    }

    /**
     * Calls {@code int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *file_actions,
     * int fd, const char *path, int oflag, mode_t mode);}
     */
    public static int posix_spawn_file_actions_addopen(
            MemorySegment file_actions, int fd, MemorySegment path, int oflag, int mode) {
        return (int)
                ACTIONS_ADDOPEN.call(
                        ErrnoState.IGNORED, address(file_actions), fd, address(path), oflag, mode);
    }

    /** Calls {@code int posix_spawnattr_init(posix_spawnattr_t *attr);} */
    public static int posix_spawnattr_init(MemorySegment attr) {
        return (int) ATTR_INIT.call(ErrnoState.IGNORED, address(attr));
    }

    /** Calls {@code int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags);} */
    public static int posix_spawnattr_setflags(MemorySegment attr, short flags) {
        return (int) ATTR_SETFLAGS.call(ErrnoState.IGNORED, address(attr), flags);
    }

    /**
     * Calls {@code int posix_spawnattr_setsigdefault(posix_spawnattr_t *attr, const sigset_t
     * *sigdefault);}
     */
    public static int posix_spawnattr_setsigdefault(MemorySegment attr, MemorySegment sigdefault) {
        return (int)
                ATTR_SETSIGDEFAULT.call(ErrnoState.IGNORED, address(attr), address(sigdefault));
    }

    /**
     * Calls {@code int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t
     * *sigmask);}
     */
    public static int posix_spawnattr_setsigmask(MemorySegment attr, MemorySegment sigmask) {
        return (int) ATTR_SETSIGMASK.call(ErrnoState.IGNORED, address(attr), address(sigmask));
    }

    /** The size of {@code posix_spawn_file_actions_t}. */
    public static final class FileActions {
        /** The C type. */
        public static final String C_TYPE = "posix_spawn_file_actions_t";

        /** Its size in bytes. */
        public static final long SIZEOF = 80;

        private FileActions() {}
    }

    /** The size of {@code posix_spawnattr_t}. */
    public static final class Attributes {
        /** The C type. */
        public static final String C_TYPE = "posix_spawnattr_t";

        /** Its size in bytes. */
        public static final long SIZEOF = 336;

        private Attributes() {}
    }

    /** The size of {@code sigset_t}. */
    public static final class SignalSet {
        /** The C type. */
        public static final String C_TYPE = "sigset_t";

        /** Its size in bytes. */
        public static final long SIZEOF = 128;

        private SignalSet() {}
    }
}

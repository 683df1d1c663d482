package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <unistd.h>}. */
public final class Unistd {
    private static final CFunction READ = CFunction.named("read");
    private static final CFunction WRITE = CFunction.named("write");
    private static final CFunction CLOSE = CFunction.named("close");
    private static final CFunction DUP2 = CFunction.named("dup2");
    private static final CFunction FTRUNCATE = CFunction.named("ftruncate");
    private static final CFunction GETPID = CFunction.named("getpid");
    private static final CFunction GETUID = CFunction.named("getuid");
    private static final CFunction ISATTY = CFunction.named("isatty");
    private static final CFunction GETPAGESIZE = CFunction.named("getpagesize");
    private static final CFunction SETSID = CFunction.named("setsid");
    private static final CFunction GETPGRP = CFunction.named("getpgrp");
    private static final CFunction TCGETPGRP = CFunction.named("tcgetpgrp");
    private static final CFunction TCSETPGRP = CFunction.named("tcsetpgrp");
    private static final CFunction EXIT = CFunction.named("_exit");

    private Unistd() {}

    /** Calls {@code ssize_t read(int fd, void *buf, size_t nbytes);} */
    public static long read(ErrnoState state, int fd, long buf, long nbytes) {
        return READ.call(state, fd, buf, nbytes);
    }

    /** Calls {@code ssize_t write(int fd, const void *buf, size_t n);} */
    public static long write(ErrnoState state, int fd, MemorySegment buf, long n) {
        return WRITE.call(state, fd, address(buf), n);
    }

    /** Calls {@code int close(int fd);} */
    public static int close(ErrnoState state, int fd) {
        return (int) CLOSE.call(state, fd);
    }

    /** Calls {@code int dup2(int fd, int fd2);} */
    public static int dup2(ErrnoState state, int fd, int fd2) {
        return (int) DUP2.call(state, fd, fd2);
    }

    /** Calls {@code int ftruncate(int fd, off_t length);} */
    public static int ftruncate(ErrnoState state, int fd, long length) {
        return (int) FTRUNCATE.call(state, fd, length);
    }

    /** Calls {@code pid_t getpid(void);} */
    public static int getpid() {
        return (int) GETPID.call(ErrnoState.IGNORED);
    }

    /** Calls {@code uid_t getuid(void);} */
    public static int getuid() {
        return (int) GETUID.call(ErrnoState.IGNORED);
    }

    /** Calls {@code pid_t setsid(void);} */
    public static int setsid(ErrnoState state) {
        return (int) SETSID.call(state);
    }

    /** Calls {@code pid_t getpgrp(void);} */
    public static int getpgrp() {
        return (int) GETPGRP.call(ErrnoState.IGNORED);
    }

    /** Calls {@code pid_t tcgetpgrp(int fd);} */
    public static int tcgetpgrp(ErrnoState state, int fd) {
        return (int) TCGETPGRP.call(state, fd);
    }

    /** Calls {@code int tcsetpgrp(int fd, pid_t pgrp_id);} */
    public static int tcsetpgrp(ErrnoState state, int fd, int group) {
        return (int) TCSETPGRP.call(state, fd, group);
    }

    /** Calls {@code int isatty(int fd);} */
    public static int isatty(int fd) {
        return (int) ISATTY.call(ErrnoState.IGNORED, fd);
    }

    /** Calls {@code int getpagesize(void);} */
    public static int getpagesize() {
        return (int) GETPAGESIZE.call(ErrnoState.IGNORED);
    }

    /** Calls {@code void _exit(int status);} */
    public static void _exit(int status) {
        EXIT.call(ErrnoState.IGNORED, status);
    }
}

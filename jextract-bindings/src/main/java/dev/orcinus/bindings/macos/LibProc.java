package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <libproc.h>}. */
public final class LibProc {
    private static final CFunction PROC_LISTPIDS = CFunction.named("proc_listpids");
    private static final CFunction PROC_PIDINFO = CFunction.named("proc_pidinfo");
    private static final CFunction PROC_PIDFDINFO = CFunction.named("proc_pidfdinfo");

    private LibProc() {}

    /**
     * Calls {@code int proc_listpids(uint32_t type, uint32_t typeinfo, void *buffer, int size);}
     */
    public static int proc_listpids(int type, int typeinfo, MemorySegment buffer, int size) {
        return (int) PROC_LISTPIDS.call(ErrnoState.IGNORED, type, typeinfo, address(buffer), size);
    }

    /**
     * Calls {@code int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size);}
     */
    public static int proc_pidinfo(int pid, int flavor, long arg, MemorySegment buffer, int size) {
        return (int) PROC_PIDINFO.call(ErrnoState.IGNORED, pid, flavor, arg, address(buffer), size);
    }

    /** Calls {@code int proc_pidfdinfo(int pid, int fd, int flavor, void *buffer, int size);} */
    public static int proc_pidfdinfo(int pid, int fd, int flavor, MemorySegment buffer, int size) {
        return (int)
                PROC_PIDFDINFO.call(ErrnoState.IGNORED, pid, fd, flavor, address(buffer), size);
    }
}

package dev.orcinus.jit.unwinding;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/** The functions of the process's unwinder and C library. It is for one thread. */
final class UnwindLibrary {
    private static final String UNWINDER = "libgcc_s.so.1";

    private final LinkTarget target;
    private final List<ExecutorAddress> handles;

    UnwindLibrary(LinkTarget target) {
        this.target = target;
        this.handles = List.of(target.process(), target.open(UNWINDER));
    }

    ExecutorAddress find(String name) {
        for (ExecutorAddress handle : handles) {
            ExecutorAddress found = target.find(handle, List.of(name)).getFirst();
            if (!found.equals(ExecutorAddress.NULL)) {
                return found;
            }
        }
        throw new TargetException("the process has no " + name, null);
    }
}

package dev.orcinus.executor.orcrt;

import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeArchive;
import dev.orcinus.executor.orcrt.elf.ElfNixRuntime;
import dev.orcinus.platform.Triple;
import java.util.List;
import java.util.Optional;

/** The runtimes that take the place of LLVM's: one row for each object format. */
public final class OrcRuntimes {
    private static final List<OrcRuntime> ALL = List.of(new ElfNixRuntime());

    private OrcRuntimes() {}

    /** Returns the runtime for the code of a target; empty if there is none. */
    public static Optional<OrcRuntime> of(Triple target) {
        for (OrcRuntime runtime : ALL) {
            if (runtime.supports(target)) {
                return Optional.of(runtime);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the archive that controllers link in place of {@code liborc_rt}.
     *
     * @throws UnsupportedOperationException if there is no runtime for the target
     */
    public static byte[] archive(Triple target) {
        OrcRuntime runtime =
                of(target)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "there is no runtime for " + target.text()));
        return RuntimeArchive.write(runtime, target.arch());
    }
}

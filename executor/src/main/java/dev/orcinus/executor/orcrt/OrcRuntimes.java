package dev.orcinus.executor.orcrt;

import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeArchive;
import dev.orcinus.executor.orcrt.elf.ElfNixRuntime;
import dev.orcinus.executor.orcrt.macho.MachORuntime;
import dev.orcinus.platform.Triple;
import java.util.Optional;

/**
 * The runtimes that take the place of LLVM's: one row for each object format. Those behind the one
 * that a process needs are not loaded.
 */
public final class OrcRuntimes {
    private OrcRuntimes() {}

    /** Returns the runtime for the code of a target; empty if there is none. */
    public static Optional<OrcRuntime> of(Triple target) {
        OrcRuntime elf = new ElfNixRuntime();
        if (elf.supports(target)) {
            return Optional.of(elf);
        }
        OrcRuntime machO = new MachORuntime();
        return machO.supports(target) ? Optional.of(machO) : Optional.empty();
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

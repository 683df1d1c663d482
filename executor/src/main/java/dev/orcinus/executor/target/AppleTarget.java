package dev.orcinus.executor.target;

import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.guest.DarwinNames;
import java.util.Map;

/** What controllers expect of an executor for code of Apple's systems. */
final class AppleTarget {
    /**
     * A boolean of the Setup message: unwind info is registered as DWARF sections, because the
     * guest's unwinder knows no compact unwind info. LLVM 21 and later ask for it.
     */
    private static final String EH_FRAMES_ONLY = "darwin-use-ehframes-only";

    private AppleTarget() {}

    static PresentedTarget of(Triple triple, boolean isForeign) {
        byte[] yes = new SpsWriter().writeBoolean(true).toBytes();
        return new PresentedTarget(triple, "_", Map.of(EH_FRAMES_ONLY, yes), isForeign);
    }

    /** Returns the name that this system gives to a C function or variable of Darwin. */
    static String hostName(String darwinName) {
        return DarwinNames.elsewhere(darwinName);
    }
}

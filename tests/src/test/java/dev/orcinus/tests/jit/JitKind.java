package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.Jit;

/** The places into which a {@link CallableJit} loads code. The same tests run on all of them. */
public enum JitKind {
    IN_PROCESS {
        @Override
        public CallableJit open() {
            return Jit.inProcess();
        }
    },
    ISOLATED {
        @Override
        public CallableJit open() {
            return Jit.isolated();
        }
    };

    /** Opens one; the caller closes it. */
    public abstract CallableJit open();
}

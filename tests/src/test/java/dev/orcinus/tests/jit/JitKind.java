package dev.orcinus.tests.jit;

import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.Jit;

/** The places into which a {@link CallableJit} loads code. The same tests run on all of them. */
enum JitKind {
    IN_PROCESS {
        @Override
        CallableJit open() {
            return Jit.inProcess();
        }
    },
    ISOLATED {
        @Override
        CallableJit open() {
            return Jit.isolated();
        }
    };

    abstract CallableJit open();
}

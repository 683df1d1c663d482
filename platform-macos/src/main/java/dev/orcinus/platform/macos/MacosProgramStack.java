package dev.orcinus.platform.macos;

import dev.orcinus.bindings.macos.CrtExterns;
import dev.orcinus.platform.posix.ProgramStack;

/**
 * What a program of macOS gets. Only the main program has a variable {@code environ}; libraries ask
 * for its address (environ(7)). There is no auxiliary vector.
 */
final class MacosProgramStack extends ProgramStack {
    @Override
    protected long environ() {
        return CrtExterns._NSGetEnviron();
    }
}

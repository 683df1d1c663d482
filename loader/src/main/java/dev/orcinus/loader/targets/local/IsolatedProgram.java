package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.ProgramStart;
import dev.orcinus.runtime.guest.GuestCalls;
import dev.orcinus.runtime.guest.NoCodeException;

/** A program in a process of its own, on the first thread of that process. */
final class IsolatedProgram {
    private final IsolatedGuest guest;
    private final GuestCalls calls;
    private final LocalProgram program;
    private final ProgramFunctions functions;

    /**
     * A program that has not started.
     *
     * @param functions get noted when the program is initialized and finalized
     */
    IsolatedProgram(
            IsolatedGuest guest,
            GuestCalls calls,
            LocalProgram program,
            ProgramFunctions functions) {
        this.guest = guest;
        this.calls = calls;
        this.program = program;
        this.functions = functions;
    }

    /**
     * Runs the program to the end of its process.
     *
     * @return how the process has ended
     * @throws LinkException if the program could not be started
     */
    GuestEnd run() {
        try {
            guest.threadLocals().tidyEnvironment();
            program.initialize();
            program.runFinalizers();
            return calls.runProgram(
                    new ProgramStart(
                            program.entry(),
                            program.convention(),
                            program.arguments(),
                            functions.initializers(),
                            functions.finalizers()));
        } catch (GuestGoneException e) {
            return e.end();
        } catch (LinkException e) {
            return guest.end().orElseThrow(() -> e);
        } catch (NoCodeException | HostCallException e) {
            return guest.end().orElseThrow(() -> new TargetException(e.getMessage(), e));
        }
    }
}

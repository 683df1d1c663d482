package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.runtime.guest.GuestCalls;
import dev.orcinus.runtime.guest.NoCodeException;
import java.util.List;

/** A program in a process of its own, on the first thread of that process. */
final class IsolatedProgram {
    private final IsolatedGuest guest;
    private final GuestCalls calls;
    private final LocalProgram program;

    IsolatedProgram(IsolatedGuest guest, GuestCalls calls, LocalProgram program) {
        this.guest = guest;
        this.calls = calls;
        this.program = program;
    }

    /**
     * Runs the program to the end of its process.
     *
     * @return how the process has ended
     * @throws LinkException if the program could not be started
     */
    GuestEnd run() {
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            guest.threadLocals().tidyEnvironment();
            finalizeAtExit();
            program.initialize();
            CallOutcome<Integer> status = calls.callMain(program.entry(), program.arguments());
            if (!status.isGone()) {
                guest.process().exit(status.value());
            }
            return guest.awaitEnd();
        } catch (GuestGoneException e) {
            return e.end();
        } catch (LinkException e) {
            return guest.end().orElseThrow(() -> e);
        } catch (HostCallException | NoCodeException e) {
            return guest.end().orElseThrow(() -> new TargetException(e.getMessage(), e));
        }
    }

    /** Registers the finalizers, which run after all functions that the program registers. */
    private void finalizeAtExit() throws HostCallException {
        ExportedFunction finalizers =
                ExportedFunction.of(
                        (_, _, _, _) -> {
                            program.runFinalizers();
                            return 0;
                        });
        ExecutorAddress last = guest.export(List.of(finalizers)).getFirst();
        guest.process().atExit(last, ExecutorAddress.NULL, last);
    }
}

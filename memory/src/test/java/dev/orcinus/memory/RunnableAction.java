package dev.orcinus.memory;

import dev.orcinus.platform.ExecutorAddress;
import org.junit.jupiter.api.function.Executable;

/**
 * An action that runs anything.
 *
 * @param body the code that it runs
 */
record RunnableAction(Executable body) implements AllocationAction {
    @Override
    public void run() throws ActionFailedException {
        try {
            body.execute();
        } catch (RuntimeException | Error | ActionFailedException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean runsGuestCode() {
        return false;
    }

    @Override
    public ExecutorAddress function() {
        return new ExecutorAddress(0x77);
    }
}

package dev.orcinus.memory;

import dev.orcinus.platform.ExecutorAddress;

/** One half of an allocation action, bound to its arguments. */
public interface AllocationAction {
    /** Does nothing. */
    AllocationAction NONE =
            new AllocationAction() {
                @Override
                public void run() {}

                @Override
                public boolean runsGuestCode() {
                    return false;
                }

                @Override
                public ExecutorAddress function() {
                    return ExecutorAddress.NULL;
                }
            };

    /**
     * Runs the action.
     *
     * @throws ActionFailedException with the action's own message
     */
    void run() throws ActionFailedException;

    /**
     * Returns whether it calls native code that the controller linked, which may block, call back
     * or crash.
     */
    boolean runsGuestCode();

    /** Returns the function that it calls, for messages; address zero for {@link #NONE}. */
    ExecutorAddress function();

    /** An action that reported failure. */
    final class ActionFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** A failure with the action's own message. */
        public ActionFailedException(String message) {
            super(message);
        }
    }
}

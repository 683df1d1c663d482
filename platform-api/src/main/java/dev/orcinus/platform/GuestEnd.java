package dev.orcinus.platform;

import java.time.Duration;

/** The way in which the process of guest code has ended. */
public sealed interface GuestEnd {
    /** Returns the end as the rest of a sentence, as in "exited with status 3". */
    String describe();

    /**
     * Guest code has ended its process.
     *
     * @param status the status that it has given to {@code exit}
     */
    record Exited(int status) implements GuestEnd {
        @Override
        public String describe() {
            return "exited with status " + status;
        }
    }

    /**
     * Guest code has crashed.
     *
     * @param signal the signal that it got
     * @param address the address that it could not use; {@link ExecutorAddress#NULL} if the signal
     *     is not about one
     */
    record Crashed(int signal, ExecutorAddress address) implements GuestEnd {
        @Override
        public String describe() {
            String at = address.isNull() ? "" : " at " + address;
            return "crashed with signal " + signal + at;
        }
    }

    /**
     * Guest code has used up its time, and Orcinus has ended it.
     *
     * @param limit the time that it had
     */
    record TimedOut(Duration limit) implements GuestEnd {
        @Override
        public String describe() {
            return "was ended after " + limit.toMillis() + " ms";
        }
    }

    /**
     * The process is gone for another reason.
     *
     * @param reason a sentence for messages
     */
    record Lost(String reason) implements GuestEnd {
        @Override
        public String describe() {
            return "is gone: " + reason;
        }
    }
}

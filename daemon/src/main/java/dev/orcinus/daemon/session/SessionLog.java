package dev.orcinus.daemon.session;

import java.util.function.Consumer;

/** The log of one session, whose lines name the session once it has begun. Thread-safe. */
final class SessionLog implements Consumer<String> {
    private final Consumer<String> log;
    private volatile String prefix = "";

    SessionLog(Consumer<String> log) {
        this.log = log;
    }

    /** Notes which session the guest has got. */
    void belongsTo(ServedSession session) {
        prefix = "session " + session.number() + ": ";
    }

    @Override
    public void accept(String line) {
        log.accept(prefix + line);
    }
}

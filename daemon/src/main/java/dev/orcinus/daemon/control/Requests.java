package dev.orcinus.daemon.control;

import dev.orcinus.daemon.admission.TokenGate;
import dev.orcinus.daemon.session.ServedSession;
import dev.orcinus.daemon.session.Sessions;
import java.util.Optional;

/** The requests that a daemon answers, and its answers. */
public final class Requests {
    /** Asks for the report of {@link StatusReport}. */
    public static final String STATUS = "status";

    private static final String INTERRUPT = "interrupt ";

    private final String address;
    private final long pid;
    private final Sessions sessions;
    private final Optional<TokenGate> gate;

    /**
     * Creates the answers of a daemon.
     *
     * @param address the address that it listens on
     * @param pid its process id
     * @param gate what asks clients for the token, if they need one
     */
    public Requests(String address, long pid, Sessions sessions, Optional<TokenGate> gate) {
        this.address = address;
        this.pid = pid;
        this.sessions = sessions;
        this.gate = gate;
    }

    /** The answers to a request to interrupt a session. */
    public enum Interruption {
        /** The call that ran in the session's guest is being ended. */
        INTERRUPTED,
        /** No call runs in the session's guest. */
        IDLE,
        /** The daemon has no session of that number. */
        UNKNOWN
    }

    /** Returns the request to interrupt a session; the answer is the name of an interruption. */
    public static String interrupt(long session) {
        return INTERRUPT + session;
    }

    /** Returns the answer to a request. */
    public String answer(String request) {
        if (request.equals(STATUS)) {
            return String.join("\n", StatusReport.lines(listener(), pid, sessions)) + "\n";
        }
        return request.startsWith(INTERRUPT)
                ? interrupt(request.substring(INTERRUPT.length())).name()
                : "unknown request '" + request + "'\n";
    }

    private String listener() {
        return gate.map(g -> address + " (token, TLS; " + g.refused() + " refused)")
                .orElse(address);
    }

    private Interruption interrupt(String number) {
        try {
            Optional<ServedSession> session = sessions.find(Long.parseLong(number));
            if (session.isEmpty()) {
                return Interruption.UNKNOWN;
            }
            return session.get().interrupt() ? Interruption.INTERRUPTED : Interruption.IDLE;
        } catch (NumberFormatException e) {
            return Interruption.UNKNOWN;
        }
    }
}

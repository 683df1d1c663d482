package dev.orcinus.protocol.epc;

/** The purpose of a frame. Mirrors LLVM's {@code SimpleRemoteEPCOpcode}. */
public enum Opcode {
    /** The executor's first frame: its triple and its services. */
    SETUP(0),
    /** The sender ends the session. */
    HANGUP(1),
    /** The result of a {@link #CALL_WRAPPER} of the other side. */
    RESULT(2),
    /** A call of a wrapper function at the other side. */
    CALL_WRAPPER(3);

    private static final Opcode[] BY_NUMBER = {SETUP, HANGUP, RESULT, CALL_WRAPPER};

    private final int number;

    Opcode(int number) {
        this.number = number;
    }

    /** Returns the number on the wire. */
    int number() {
        return number;
    }

    /** Returns the opcode of a number from the wire, or null. */
    static Opcode ofWire(long number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    }
}

package dev.orcinus.protocol.epc;

/** What a frame is for. Mirrors LLVM's {@code SimpleRemoteEPCOpcode}. */
public enum Opcode {
    /** The executor's first frame: who it is and what it offers. */
    SETUP(0),
    /** The sender ends the session. */
    HANGUP(1),
    /** The answer to a {@link #CALL_WRAPPER} of the other side. */
    RESULT(2),
    /** A call of a wrapper function at the other side. */
    CALL_WRAPPER(3);

    private static final Opcode[] BY_NUMBER = {SETUP, HANGUP, RESULT, CALL_WRAPPER};

    private final int number;

    Opcode(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    int number() {
        return number;
    }

    /** The opcode of a number from the wire, or null. */
    static Opcode ofWire(long number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    }
}

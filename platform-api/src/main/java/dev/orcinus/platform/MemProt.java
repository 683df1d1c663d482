package dev.orcinus.platform;

/**
 * Protection of a range of pages. Only the combinations that keep W^X exist. Mirrors LLVM's {@code
 * orc::MemProt}, whose bits ({@code Read} 1, {@code Write} 2, {@code Exec} 4) they carry.
 */
public enum MemProt {
    /** No access. */
    NONE(0),
    /** Read. */
    READ(MemProt.READ_BIT),
    /** Write only; few processors can tell it from {@link #READ_WRITE}. */
    WRITE(MemProt.WRITE_BIT),
    /** Read and write. */
    READ_WRITE(MemProt.READ_BIT | MemProt.WRITE_BIT),
    /** Execute only. */
    EXEC(MemProt.EXEC_BIT),
    /** Read and execute. */
    READ_EXEC(MemProt.READ_BIT | MemProt.EXEC_BIT);

    /** LLVM's bit for reading. */
    public static final int READ_BIT = 1;

    /** LLVM's bit for writing. */
    public static final int WRITE_BIT = 2;

    /** LLVM's bit for executing. */
    public static final int EXEC_BIT = 4;

    private final int bits;

    MemProt(int bits) {
        this.bits = bits;
    }

    /**
     * Returns the protection for LLVM's {@code MemProt} bits.
     *
     * @throws IllegalArgumentException if the bits ask for memory that is writable and executable,
     *     or are not LLVM's
     */
    public static MemProt ofBits(int bits) {
        if (bits < 0 || bits > (READ_BIT | WRITE_BIT | EXEC_BIT)) {
            throw new IllegalArgumentException(
                    "0x" + Integer.toHexString(bits) + " are no protection bits");
        }
        for (MemProt prot : values()) {
            if (prot.bits == bits) {
                return prot;
            }
        }
        throw new IllegalArgumentException(
                "memory that is both writable and executable is not available");
    }

    /** Returns LLVM's bits for this protection. */
    public int bits() {
        return bits;
    }

    /** Returns whether it can be read. */
    public boolean isReadable() {
        return (bits & READ_BIT) != 0;
    }

    /** Returns whether it can be written. */
    public boolean isWritable() {
        return (bits & WRITE_BIT) != 0;
    }

    /** Returns whether it can be executed. */
    public boolean isExecutable() {
        return (bits & EXEC_BIT) != 0;
    }

    /** Returns the three letters of {@code /proc/PID/maps}: {@code r-x}. */
    @Override
    public String toString() {
        return (isReadable() ? "r" : "-")
                + (isWritable() ? "w" : "-")
                + (isExecutable() ? "x" : "-");
    }
}

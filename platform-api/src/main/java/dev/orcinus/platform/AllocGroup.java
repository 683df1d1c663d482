package dev.orcinus.platform;

/**
 * Protection and lifetime of a segment. Mirrors LLVM's {@code orc::AllocGroup}; on the wire it is
 * the one byte of {@code tpctypes::RemoteAllocGroup}.
 *
 * @param prot protection once the allocation is finalized
 * @param lifetime how long the memory is needed
 */
public record AllocGroup(MemProt prot, MemLifetime lifetime) {
    private static final int FINALIZE_BIT = 8;

    /**
     * Returns the group for a wire byte: bits 0 to 2 are {@link MemProt}'s, bit 3 is finalize
     * lifetime.
     *
     * @throws IllegalArgumentException if other bits are set, or memory would be writable and
     *     executable
     */
    public static AllocGroup ofWire(byte wire) {
        int bits = wire & 0xff;
        MemProt prot = MemProt.ofBits(bits & ~FINALIZE_BIT);
        return new AllocGroup(
                prot, (bits & FINALIZE_BIT) != 0 ? MemLifetime.FINALIZE : MemLifetime.STANDARD);
    }

    /** Returns the wire byte. */
    public byte toWire() {
        return (byte) (prot.bits() | (lifetime == MemLifetime.FINALIZE ? FINALIZE_BIT : 0));
    }

    @Override
    public String toString() {
        return lifetime == MemLifetime.FINALIZE ? prot + " finalize" : prot.toString();
    }
}

package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.SpsCodec;

/**
 * An address with LLVM's symbol flags. Mirrors LLVM's {@code ExecutorSymbolDef}.
 *
 * @param address the address
 * @param flags {@code JITSymbolFlags}, the generic byte
 * @param targetFlags {@code JITSymbolFlags}, the target's byte
 */
public record SymbolDef(ExecutorAddress address, byte flags, byte targetFlags) {
    /** {@code JITSymbolFlags::Exported}; LLVM 19 to 22 do not see a symbol without it. */
    public static final byte EXPORTED = 0x10;

    /** {@code SPSExecutorSymbolDef}. */
    public static final SpsCodec<SymbolDef> CODEC =
            SpsCodec.of(
                    Long.BYTES + 2,
                    in -> new SymbolDef(in.readAddress(), in.readByte(), in.readByte()),
                    (out, symbol) ->
                            out.writeAddress(symbol.address)
                                    .writeByte(symbol.flags)
                                    .writeByte(symbol.targetFlags));

    /** Returns an exported symbol at {@code address}. */
    public static SymbolDef exported(ExecutorAddress address) {
        return new SymbolDef(address, EXPORTED, (byte) 0);
    }
}

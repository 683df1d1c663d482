package dev.orcinus.protocol.epc;

import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import java.util.List;

/**
 * One symbol of a lookup. Mirrors an element of LLVM's {@code RemoteSymbolLookupSet}.
 *
 * @param name the linker-level name
 * @param required whether it must be found; the result for a weak one may be address 0
 */
public record LookupElement(String name, boolean required) {
    /** {@code SPSRemoteSymbolLookupSetElement}. */
    public static final SpsCodec<LookupElement> CODEC =
            SpsCodec.pair(
                    Sps.STRING,
                    Sps.BOOL,
                    LookupElement::new,
                    LookupElement::name,
                    LookupElement::required);

    /** {@code SPSRemoteSymbolLookupSet}. */
    public static final SpsCodec<List<LookupElement>> SET_CODEC = SpsCodec.sequence(CODEC);
}

package dev.orcinus.executor.orcrt.core;

import dev.orcinus.formats.code.CodeListing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/** The archive's code for a processor; {@link Layout} describes it. */
public sealed interface RuntimeCode permits X64RuntimeCode, AArch64RuntimeCode {
    /** The label of the function that a lazy trampoline calls. */
    String REENTER = "reenter";

    /** Returns the hand-written code, from the start of the object's code: the anchor. */
    CodeListing listing();

    /** Returns a thunk, with the holes {@code number} and {@code target}. */
    CodeListing thunk();

    /** Returns the code as the object file has it; the words that the linker fills in are zero. */
    default byte[] write(Layout layout) {
        ByteBuffer code = ByteBuffer.allocate(layout.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        code.put(0, listing().bytes());
        code.putLong(Layout.MARKED, Layout.MARK);
        for (EntryPoint entry : layout.entryPoints()) {
            code.put(Layout.offset(entry), thunk(entry));
        }
        return code.array();
    }

    private byte[] thunk(EntryPoint entry) {
        String target = entry.kind() == EntryPoint.Kind.FUNCTION ? "function" : "wrapper";
        return thunk().fill()
                .with("number", entry.number())
                .with("target", listing().offsetOf(target) - Layout.offset(entry))
                .bytes();
    }

    /**
     * Returns the labels and offsets of the functions that are not thunks. Each object format gives
     * them the names that its controllers know.
     */
    Map<String, Integer> functions();

    /**
     * Returns the code for a processor, as a triple or {@code os.arch} names it; empty if there is
     * none.
     */
    static Optional<RuntimeCode> of(String arch) {
        return switch (arch) {
            case "x86_64", "amd64" -> Optional.of(new X64RuntimeCode());
            case "aarch64", "arm64" -> Optional.of(new AArch64RuntimeCode());
            default -> Optional.empty();
        };
    }
}

package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout of the code of the archive's object, as offsets from its first byte, the anchor. The
 * linker fills in the first words: the jit-dispatch context and the addresses of {@link
 * NativeEntries}' three functions; between them a constant names the version of the layout.
 * Hand-written code, the thunks and the tags follow.
 *
 * @param entryPoints the functions that the thunks call, by number
 */
public record Layout(List<? extends EntryPoint> entryPoints) {
    /** The value of {@code __orc_rt_jit_dispatch_ctx}, which names the session. */
    static final int CONTEXT = 0;

    /** The word that holds {@link #MARK}. */
    public static final int MARKED = 8;

    /** The address of {@link NativeEntries#WRAPPER_SYMBOL}. */
    static final int WRAPPER_SLOT = 16;

    /** The address of {@link NativeEntries#FUNCTION_SYMBOL}. */
    static final int FUNCTION_SLOT = 24;

    /** The address of {@link NativeEntries#NEEDED_SYMBOL}. */
    static final int NEEDED_SLOT = 32;

    /** The start of the hand-written code. */
    static final int CODE = 40;

    /**
     * The version, which changes with numbers or offsets; an archive of another version is refused.
     */
    static final long MARK = 0x0000_0002_4352_524fL;

    /** The distance from one thunk to the next. */
    public static final int THUNK_BYTES = 16;

    /** The start of the thunks, the same on every processor, so that an address tells its thunk. */
    static final int THUNKS = 512;

    /**
     * Returns the names whose addresses the linker writes into the first words, with their offsets:
     * LLVM's name of the jit-dispatch context, and our names of the three functions.
     */
    public static Map<String, Integer> imports() {
        Map<String, Integer> imports = new LinkedHashMap<>();
        imports.put("__orc_rt_jit_dispatch_ctx", CONTEXT);
        imports.put(NativeEntries.WRAPPER_SYMBOL, WRAPPER_SLOT);
        imports.put(NativeEntries.FUNCTION_SYMBOL, FUNCTION_SLOT);
        imports.put(NativeEntries.NEEDED_SYMBOL, NEEDED_SLOT);
        return imports;
    }

    /** Returns the offset of a thunk. */
    public static int offset(EntryPoint entryPoint) {
        return THUNKS + entryPoint.number() * THUNK_BYTES;
    }

    /** Returns the offset of a tag. */
    public int offset(Tag tag) {
        return tags() + tag.number();
    }

    private int tags() {
        return THUNKS + entryPoints.size() * THUNK_BYTES;
    }

    /** Returns the length of the code. */
    public int sizeBytes() {
        return tags() + Tag.ALL.size();
    }

    static ExecutorAddress address(ExecutorAddress anchor, EntryPoint entryPoint) {
        return anchor.plus(offset(entryPoint));
    }

    ExecutorAddress address(ExecutorAddress anchor, Tag tag) {
        return anchor.plus(offset(tag));
    }
}

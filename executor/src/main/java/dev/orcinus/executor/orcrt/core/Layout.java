package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where things are in the code of the archive's object, from its first byte, the anchor. First what
 * the linker fills in: the jit-dispatch context, then the addresses of {@link NativeEntries}' two
 * functions, and between them a word that says which layout this is. Then hand-written code, the
 * thunks, the tags.
 *
 * @param entryPoints what the thunks enter, by number
 */
public record Layout(List<? extends EntryPoint> entryPoints) {
    /** The value of {@code __orc_rt_jit_dispatch_ctx}, which names the session. */
    static final int CONTEXT = 0;

    /** {@link #MARK}. */
    public static final int MARKED = 8;

    /** The address of {@link NativeEntries#WRAPPER_SYMBOL}. */
    static final int WRAPPER_SLOT = 16;

    /** The address of {@link NativeEntries#FUNCTION_SYMBOL}. */
    static final int FUNCTION_SLOT = 24;

    /** Where the hand-written code starts. */
    static final int CODE = 32;

    /** Changes whenever numbers or places do: an archive of another version is refused. */
    static final long MARK = 0x0000_0001_4352_524fL;

    /** Bytes from one thunk to the next. */
    public static final int THUNK_BYTES = 16;

    /** Where the thunks start: on every processor the same, so that an address says which one. */
    static final int THUNKS = 512;

    /**
     * The names whose addresses the linker writes into the first words, and where: LLVM's name of
     * the jit-dispatch context, and ours of the two functions.
     */
    public static Map<String, Integer> imports() {
        Map<String, Integer> imports = new LinkedHashMap<>();
        imports.put("__orc_rt_jit_dispatch_ctx", CONTEXT);
        imports.put(NativeEntries.WRAPPER_SYMBOL, WRAPPER_SLOT);
        imports.put(NativeEntries.FUNCTION_SYMBOL, FUNCTION_SLOT);
        return imports;
    }

    /** Where a thunk is. */
    public static int offset(EntryPoint entryPoint) {
        return THUNKS + entryPoint.number() * THUNK_BYTES;
    }

    /** Where a tag is. */
    public int offset(Tag tag) {
        return tags() + tag.number();
    }

    private int tags() {
        return THUNKS + entryPoints.size() * THUNK_BYTES;
    }

    /** The length of all. */
    int sizeBytes() {
        return tags() + Tag.ALL.size();
    }

    static ExecutorAddress address(ExecutorAddress anchor, EntryPoint entryPoint) {
        return anchor.plus(offset(entryPoint));
    }

    ExecutorAddress address(ExecutorAddress anchor, Tag tag) {
        return anchor.plus(offset(tag));
    }
}

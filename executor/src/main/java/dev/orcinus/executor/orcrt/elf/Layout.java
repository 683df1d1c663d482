package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.platform.ExecutorAddress;

/**
 * Where things are in the code of the archive's object, from its first byte, the anchor. First what
 * the linker fills in: the jit-dispatch context, then the addresses of {@link NativeEntries}' two
 * functions, and between them a word that says which layout this is. Then hand-written code, the
 * thunks, the tags.
 */
final class Layout {
    /** The value of {@code __orc_rt_jit_dispatch_ctx}, which names the session. */
    static final int CONTEXT = 0;

    /** {@link #MARK}. */
    static final int MARKED = 8;

    /** The address of {@link NativeEntries#WRAPPER_SYMBOL}. */
    static final int WRAPPER_SLOT = 16;

    /** The address of {@link NativeEntries#FUNCTION_SYMBOL}. */
    static final int FUNCTION_SLOT = 24;

    /** Where the hand-written code starts. */
    static final int CODE = 32;

    /** Changes whenever numbers or places do: an archive of another version is refused. */
    static final long MARK = 0x0000_0001_4352_524fL;

    /** Bytes from one thunk to the next. */
    static final int THUNK_BYTES = 16;

    /** Where the thunks start: on every processor the same, so that an address says which one. */
    static final int THUNKS = 512;

    private static final int TAGS = THUNKS + Entry.ALL.size() * THUNK_BYTES;

    /** The length of all. */
    static final int SIZE_BYTES = TAGS + Tag.ALL.size();

    private Layout() {}

    static int offset(Entry entry) {
        return THUNKS + entry.number() * THUNK_BYTES;
    }

    static int offset(Tag tag) {
        return TAGS + tag.number();
    }

    static ExecutorAddress address(ExecutorAddress anchor, Entry entry) {
        return anchor.plus(offset(entry));
    }

    static ExecutorAddress address(ExecutorAddress anchor, Tag tag) {
        return anchor.plus(offset(tag));
    }
}

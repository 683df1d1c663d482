package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The archive's code as a controller writes it into executor memory. A rehearsal of a session uses
 * it, because it has no linker.
 */
public final class RuntimeImage {
    private final OrcRuntime runtime;
    private final Layout layout;
    private final ExecutorAddress start;
    private final byte[] code;

    private RuntimeImage(OrcRuntime runtime, Layout layout, ExecutorAddress start, byte[] code) {
        this.runtime = runtime;
        this.layout = layout;
        this.start = start;
        this.code = code;
    }

    /** Returns the names that have to be looked up in the executor process. */
    public static List<String> imports() {
        return List.of(
                NativeEntries.WRAPPER_SYMBOL,
                NativeEntries.FUNCTION_SYMBOL,
                NativeEntries.NEEDED_SYMBOL);
    }

    /**
     * Links the code.
     *
     * @param runtime the runtime of an object format
     * @param osArch the processor, as {@code os.arch} names it
     * @param start the address that the code will have
     * @param context the session's jit-dispatch context
     * @param imports the addresses of {@link #imports}
     * @return the image; empty if there is no code for the processor
     */
    public static Optional<RuntimeImage> link(
            OrcRuntime runtime,
            String osArch,
            ExecutorAddress start,
            ExecutorAddress context,
            Map<String, ExecutorAddress> imports) {
        Layout layout = new Layout(runtime.entryPoints());
        return RuntimeCode.of(osArch)
                .map(code -> fill(code.write(layout), context, imports))
                .map(code -> new RuntimeImage(runtime, layout, start, code));
    }

    private static byte[] fill(
            byte[] code, ExecutorAddress context, Map<String, ExecutorAddress> imports) {
        ByteBuffer slots = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        slots.putLong(Layout.CONTEXT, context.value());
        slots.putLong(Layout.WRAPPER_SLOT, imports.get(NativeEntries.WRAPPER_SYMBOL).value());
        slots.putLong(Layout.FUNCTION_SLOT, imports.get(NativeEntries.FUNCTION_SYMBOL).value());
        slots.putLong(Layout.NEEDED_SLOT, imports.get(NativeEntries.NEEDED_SYMBOL).value());
        return code;
    }

    /** Returns the bytes of the image. */
    public byte[] bytes() {
        return code;
    }

    /**
     * Returns the address of a function or a tag, by LLVM's name.
     *
     * @throws IllegalArgumentException if there is no symbol of that name
     */
    public ExecutorAddress address(String symbol) {
        for (EntryPoint entryPoint : layout.entryPoints()) {
            if (entryPoint.symbol().equals(symbol)) {
                return Layout.address(start, entryPoint);
            }
        }
        for (Tag tag : Tag.ALL) {
            if (runtime.symbol(tag).equals(symbol)) {
                return layout.address(start, tag);
            }
        }
        throw new IllegalArgumentException("the runtime has no symbol " + symbol);
    }
}

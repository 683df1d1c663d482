package dev.orcinus.compile;

import dev.orcinus.jit.SourceCompiler;

/**
 * The service behind {@code dylib.compile}: the first of {@code clang}, {@code gcc} and {@code cc}
 * on {@code PATH}, or the one of {@code org.bytedeco:llvm} on the class path, with the cache of the
 * user. Many threads may use it.
 *
 * <pre>{@code
 * dylib.compile("c", "int one(void) { return 1; }");        // asks it for the object
 * }</pre>
 */
public final class MachineCompiler implements SourceCompiler {
    /** Has no state; the service loader calls this. */
    public MachineCompiler() {}

    @Override
    public byte[] compile(Source source) {
        return NativeCompiler.find().compile(source);
    }
}

package dev.orcinus.platform.linux;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.elf.SharedObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest shared object that defines GDB's two symbols: a function that returns at once, and a
 * descriptor.
 */
public final class DebuggerLibrary {
    /** The function that a debugger sets a breakpoint in. */
    public static final String REGISTER_CODE = "__jit_debug_register_code";

    /** The {@code struct jit_descriptor}. */
    public static final String DESCRIPTOR = "__jit_debug_descriptor";

    private static final String SONAME = "liborcinus-debugger.so";
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int DESCRIPTOR_VERSION = 1;

    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                      c3  retq
                    """);

    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                      c0035fd6  ret
                    """);

    private DebuggerLibrary() {}

    /** Returns the bytes of the library for a processor. */
    public static byte[] write(Processor processor) {
        byte[] code = code(processor);
        ByteBuffer descriptor =
                ByteBuffer.allocate(DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SharedObject library =
                new SharedObject(processor.elfMachine(), SONAME)
                        .code(code)
                        .data(descriptor.putInt(0, DESCRIPTOR_VERSION).array());
        library.exportCode(REGISTER_CODE, 0, code.length);
        library.exportData(DESCRIPTOR, 0, DESCRIPTOR_BYTES);
        return library.write();
    }

    private static byte[] code(Processor processor) {
        return switch (processor) {
            case X86_64 -> X64.bytes();
            case AARCH64 -> AARCH64.bytes();
        };
    }
}

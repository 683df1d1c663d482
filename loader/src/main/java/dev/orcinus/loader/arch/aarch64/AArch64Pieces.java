package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** The start and the end of a function that consists of pieces of code. */
final class AArch64Pieces {
    private static final CodeListing ENTER_LISTING =
            CodeListing.aarch64(
                    """
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                      fd030091  mov x29, sp
                    """);

    private static final CodeListing LEAVE_LISTING =
            CodeListing.aarch64(
                    """
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    """);

    private static final CodeListing SIGNED_LISTING =
            CodeListing.aarch64(
                    """
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      bf2303d5  autiasp
                      c0035fd6  ret
                    """);

    private static final int PACIASP = 0xd503233f;

    private static final ValueLayout.OfInt INSTRUCTION =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final CodeTemplate ENTER = template(ENTER_LISTING, Integer.BYTES);

    private static final CodeTemplate LEAVE = template(LEAVE_LISTING, Integer.BYTES);

    /** The end of a function that signs its return address. */
    private static final CodeTemplate LEAVE_SIGNED = template(SIGNED_LISTING, Integer.BYTES);

    private AArch64Pieces() {}

    /** Returns the end of a function, which may sign its return address first. */
    static CodeTemplate leave(MemorySegment function) {
        boolean isSigned =
                function.byteSize() >= Integer.BYTES && function.get(INSTRUCTION, 0) == PACIASP;
        return isSigned ? LEAVE_SIGNED : LEAVE;
    }

    /** Returns whether code is nothing but an end. */
    static boolean isEnd(MemorySegment code) {
        return code.mismatch(LEAVE.bytes()) < 0 || code.mismatch(LEAVE_SIGNED.bytes()) < 0;
    }

    private static CodeTemplate template(CodeListing listing, long alignmentBytes) {
        return CodeTemplate.of(listing, alignmentBytes, Map.of(), 0, List.of(), List.of());
    }
}

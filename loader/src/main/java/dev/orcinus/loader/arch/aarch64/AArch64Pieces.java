package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
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

    static final CodeTemplate ENTER = template(ENTER_LISTING, Integer.BYTES);

    static final CodeTemplate LEAVE = template(LEAVE_LISTING, Integer.BYTES);

    private AArch64Pieces() {}

    private static CodeTemplate template(CodeListing listing, long alignmentBytes) {
        return CodeTemplate.of(listing, alignmentBytes, Map.of(), 0, List.of(), List.of());
    }
}

package dev.orcinus.loader.arch.x64;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import java.util.List;
import java.util.Map;

/** The start and the end of a function that consists of pieces of code. */
final class X64Pieces {
    private static final CodeListing ENTER_LISTING =
            CodeListing.x64(
                    """
                      4883ec08  subq $8, %rsp
                    """);

    private static final CodeListing LEAVE_LISTING =
            CodeListing.x64(
                    """
                      4883c408  addq $8, %rsp
                      c3        retq
                    """);

    static final CodeTemplate ENTER = template(ENTER_LISTING, 16);

    static final CodeTemplate LEAVE = template(LEAVE_LISTING, 1);

    private X64Pieces() {}

    private static CodeTemplate template(CodeListing listing, long alignmentBytes) {
        return CodeTemplate.of(listing, alignmentBytes, Map.of(), 0, List.of(), List.of());
    }
}

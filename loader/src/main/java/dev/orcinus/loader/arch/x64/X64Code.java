package dev.orcinus.loader.arch.x64;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.EdgeKind;
import java.util.List;
import java.util.Map;

/** Code that the linker adds. */
final class X64Code {
    /**
     * The addend of an edge in the last four bytes of an instruction, which counts from its end.
     */
    private static final long TO_END_OF_INSTRUCTION = -4;

    private static final Map<HoleField, EdgeKind> KINDS =
            Map.of(
                    HoleField.REL32, X64EdgeKind.DELTA32,
                    HoleField.BRANCH32, X64EdgeKind.BRANCH32);

    private static final CodeListing JUMP_THROUGH_SLOT_LISTING =
            CodeListing.x64(
                    """
                      ff2500000000[slot:rel32]  jmpq *slot(%rip)
                    """);

    private static final CodeListing RESOLVE_INDIRECT_LISTING =
            CodeListing.x64(
                    """
                      4883ec08                    subq $8, %rsp
                      e800000000[resolver:rel32]  callq resolver
                      48890500000000[slot:rel32]  movq %rax, slot(%rip)
                      4883c408                    addq $8, %rsp
                    # no error, in one byte
                      31c0                        xorl %eax, %eax
                      ba01000000                  movl $1, %edx
                      c3                          retq
                    """);

    private static final CodeListing AT_EXIT_LISTING =
            CodeListing.x64(
                    """
                      31f6                          xorl %esi, %esi
                      488d1500000000[dso:rel32]     leaq dso(%rip), %rdx
                      e900000000[cxa_atexit:branch32]  jmp cxa_atexit
                    """);

    private static final CodeListing DO_NOTHING_LISTING =
            CodeListing.x64(
                    """
                      c3  retq
                    """);

    private static final CodeListing AT_QUICK_EXIT_LISTING =
            CodeListing.x64(
                    """
                      488d3500000000[dso:rel32]     leaq dso(%rip), %rsi
                      e900000000[at_quick_exit:branch32]  jmp at_quick_exit
                    """);

    private static final CodeListing AT_FORK_LISTING =
            CodeListing.x64(
                    """
                      488d0d00000000[dso:rel32]     leaq dso(%rip), %rcx
                      e900000000[register_atfork:branch32]  jmp register_atfork
                    """);

    private static final CodeListing RUN_AT_EXITS_LISTING =
            CodeListing.x64(
                    """
                      488d3d00000000[dso:rel32]     leaq dso(%rip), %rdi
                      e900000000[cxa_finalize:branch32]  jmp cxa_finalize
                    """);

    private static final CodeListing THREAD_AT_EXIT_LISTING =
            CodeListing.x64(
                    """
                      488d1500000000[dso:rel32]     leaq dso(%rip), %rdx
                      ff2500000000[slot:rel32]      jmpq *slot(%rip)
                    """);

    /** Jumps through a pointer. */
    static final CodeTemplate JUMP_THROUGH_SLOT = template(JUMP_THROUGH_SLOT_LISTING, 1, "slot");

    static final CodeTemplate RESOLVE_INDIRECT =
            template(RESOLVE_INDIRECT_LISTING, 16, "resolver", "slot");

    static final CodeTemplate AT_EXIT = template(AT_EXIT_LISTING, 16, "dso", "cxa_atexit");

    static final CodeTemplate DO_NOTHING = template(DO_NOTHING_LISTING, 16);

    static final CodeTemplate AT_QUICK_EXIT =
            template(AT_QUICK_EXIT_LISTING, 16, "dso", "at_quick_exit");

    static final CodeTemplate AT_FORK = template(AT_FORK_LISTING, 16, "dso", "register_atfork");

    static final CodeTemplate THREAD_AT_EXIT = template(THREAD_AT_EXIT_LISTING, 16, "dso", "slot");

    static final CodeTemplate RUN_AT_EXITS =
            template(RUN_AT_EXITS_LISTING, 16, "dso", "cxa_finalize");

    private X64Code() {}

    private static CodeTemplate template(
            CodeListing listing, long alignmentBytes, String... targets) {
        return CodeTemplate.of(
                listing, alignmentBytes, KINDS, TO_END_OF_INSTRUCTION, List.of(targets), List.of());
    }
}

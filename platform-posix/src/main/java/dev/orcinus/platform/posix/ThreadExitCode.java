package dev.orcinus.platform.posix;

import dev.orcinus.formats.code.CodeListing;
import java.util.List;

/**
 * The machine code that keeps the destructors of thread-locals, as a compiler makes it from {@code
 * thread-exit.c}. That file lies beside this one and names the compiler and its options. A test
 * compiles it and compares.
 *
 * <p>The words that the code uses begin with 48 bytes for a lock; {@code struct words} there has
 * the others. A function reaches them by one instruction relative to itself.
 */
public final class ThreadExitCode {
    /** Offset of the first of the words that hold the addresses of {@link #IMPORTS}. */
    public static final int FIRST_IMPORT = 0x38;

    /** The functions that the code calls, in the order of the words. */
    public static final List<String> IMPORTS =
            List.of(
                    "malloc",
                    "free",
                    "pthread_mutex_lock",
                    "pthread_mutex_unlock",
                    "sched_yield",
                    "__cxa_thread_atexit_impl");

    /** Offset of the word with the address of {@code end}. */
    public static final int END = 0x68;

    /** The length of the words. */
    public static final int WORD_BYTES = 0x70;

    private final CodeListing listing;

    private ThreadExitCode(CodeListing listing) {
        this.listing = listing;
    }

    /** Returns the code for x86-64. */
    public static ThreadExitCode x64() {
        return new ThreadExitCode(X64.CODE);
    }

    /** Returns the code for AArch64. */
    public static ThreadExitCode aarch64() {
        return new ThreadExitCode(AArch64.CODE);
    }

    /** Returns where a function starts. */
    public int offsetOf(String label) {
        return listing.offsetOf(label);
    }

    /**
     * Returns the bytes.
     *
     * @param wordsOffset the offset of the words from the first byte of the code
     */
    public byte[] link(int wordsOffset) {
        return listing.fill().with("words", wordsOffset).bytes();
    }

    private static final class X64 {
        static final CodeListing CODE =
                CodeListing.x64(
                        """
                        at_exit:
                          4157                                                pushq %r15
                          4156                                                pushq %r14
                          4155                                                pushq %r13
                          4154                                                pushq %r12
                          53                                                    pushq %rbx
                          4989d7                                            movq %rdx, %r15
                          4989f4                                            movq %rsi, %r12
                          4989fd                                            movq %rdi, %r13
                          488d1d00000000[words:rel32]  leaq words(%rip), %rbx
                          bf30000000                                    movl $0x30, %edi
                          ff5338                                            callq *0x38(%rbx)
                          4885c0                                            testq %rax, %rax
                          7462                                                je at_exit+0x88
                          4989c6                                            movq %rax, %r14
                          4c8928                                            movq %r13, (%rax)
                          4c896008                                        movq %r12, 0x8(%rax)
                          4c897810                                        movq %r15, 0x10(%rax)
                          48c7402800000000                        movq $0x0, 0x28(%rax)
                          4889df                                            movq %rbx, %rdi
                          ff5348                                            callq *0x48(%rbx)
                          4889d8                                            movq %rbx, %rax
                          4883c030                                        addq $0x30, %rax
                          49894620                                        movq %rax, 0x20(%r14)
                          488b4330                                        movq 0x30(%rbx), %rax
                          49894618                                        movq %rax, 0x18(%r14)
                          4885c0                                            testq %rax, %rax
                          740b                                                je at_exit+0x65
                          4c89f1                                            movq %r14, %rcx
                          4883c118                                        addq $0x18, %rcx
                          48894820                                        movq %rcx, 0x20(%rax)
                          4c897330                                        movq %r14, 0x30(%rbx)
                          4889df                                            movq %rbx, %rdi
                          ff5350                                            callq *0x50(%rbx)
                          488b4360                                        movq 0x60(%rbx), %rax
                          488b7b68                                        movq 0x68(%rbx), %rdi
                          4c89f6                                            movq %r14, %rsi
                          4889da                                            movq %rbx, %rdx
                          5b                                                    popq %rbx
                          415c                                                popq %r12
                          415d                                                popq %r13
                          415e                                                popq %r14
                          415f                                                popq %r15
                          ffe0                                                jmpq *%rax
                          b8ffffffff                                    movl $0xffffffff, %eax
                          5b                                                    popq %rbx
                          415c                                                popq %r12
                          415d                                                popq %r13
                          415e                                                popq %r14
                          415f                                                popq %r15
                          c3                                                    retq
                        end:
                          4157                                                pushq %r15
                          53                                                    pushq %rbx
                          50                                                    pushq %rax
                          4889fb                                            movq %rdi, %rbx
                          488d3d00000000[words:rel32]  leaq words(%rip), %rdi
                          4989ff                                            movq %rdi, %r15
                          ff5748                                            callq *0x48(%rdi)
                          48837b2800                                    cmpq $0x0, 0x28(%rbx)
                          7534                                                jne end+0x4f
                          48c7432801000000                        movq $0x1, 0x28(%rbx)
                          4c89ff                                            movq %r15, %rdi
                          41ff5750                                        callq *0x50(%r15)
                          488b7b08                                        movq 0x8(%rbx), %rdi
                          ff13                                                callq *(%rbx)
                          4c89ff                                            movq %r15, %rdi
                          41ff5748                                        callq *0x48(%r15)
                          488b4318                                        movq 0x18(%rbx), %rax
                          488b4b20                                        movq 0x20(%rbx), %rcx
                          488901                                            movq %rax, (%rcx)
                          4885c0                                            testq %rax, %rax
                          7408                                                je end+0x4f
                          488b4b20                                        movq 0x20(%rbx), %rcx
                          48894820                                        movq %rcx, 0x20(%rax)
                          4c89ff                                            movq %r15, %rdi
                          41ff5750                                        callq *0x50(%r15)
                          4889df                                            movq %rbx, %rdi
                          4c89f8                                            movq %r15, %rax
                          4883c408                                        addq $0x8, %rsp
                          5b                                                    popq %rbx
                          415f                                                popq %r15
                          ff6040                                            jmpq *0x40(%rax)
                        run:
                          4157                                                pushq %r15
                          4156                                                pushq %r14
                          4155                                                pushq %r13
                          4154                                                pushq %r12
                          53                                                    pushq %rbx
                          4889fb                                            movq %rdi, %rbx
                          4c8d3500000000[words:rel32]  leaq words(%rip), %r14
                          4c89f7                                            movq %r14, %rdi
                          41ff5648                                        callq *0x48(%r14)
                          4c89f7                                            movq %r14, %rdi
                          498b4630                                        movq 0x30(%r14), %rax
                          4885c0                                            testq %rax, %rax
                          746e                                                je run+0x94
                          4989ff                                            movq %rdi, %r15
                          4983c730                                        addq $0x30, %r15
                          48395810                                        cmpq %rbx, 0x10(%rax)
                          7406                                                je run+0x39
                          4883c018                                        addq $0x18, %rax
                          eb53                                                jmp run+0x8c
                          4883782800                                    cmpq $0x0, 0x28(%rax)
                          740c                                                je run+0x4c
                          4989fd                                            movq %rdi, %r13
                          ff5750                                            callq *0x50(%rdi)
                          41ff5558                                        callq *0x58(%r13)
                          eb33                                                jmp run+0x7f
                          48c7402802000000                        movq $0x2, 0x28(%rax)
                          488b4818                                        movq 0x18(%rax), %rcx
                          488b5020                                        movq 0x20(%rax), %rdx
                          48890a                                            movq %rcx, (%rdx)
                          4885c9                                            testq %rcx, %rcx
                          7408                                                je run+0x6c
                          488b5020                                        movq 0x20(%rax), %rdx
                          48895120                                        movq %rdx, 0x20(%rcx)
                          4c8b20                                            movq (%rax), %r12
                          4c8b7008                                        movq 0x8(%rax), %r14
                          4989fd                                            movq %rdi, %r13
                          ff5750                                            callq *0x50(%rdi)
                          4c89f7                                            movq %r14, %rdi
                          41ffd4                                            callq *%r12
                          4c89ef                                            movq %r13, %rdi
                          41ff5548                                        callq *0x48(%r13)
                          4c89f8                                            movq %r15, %rax
                          4c89ef                                            movq %r13, %rdi
                          488b00                                            movq (%rax), %rax
                          4885c0                                            testq %rax, %rax
                          7599                                                jne run+0x2d
                          5b                                                    popq %rbx
                          415c                                                popq %r12
                          415d                                                popq %r13
                          415e                                                popq %r14
                          415f                                                popq %r15
                          ff6750                                            jmpq *0x50(%rdi)
                        """);
    }

    private static final class AArch64 {
        static final CodeListing CODE =
                CodeListing.aarch64(
                        """
                        at_exit:
                          fe5fbda9                            stp x30, x23, [sp, #-0x30]!
                          f44f02a9                            stp x20, x19, [sp, #0x20]
                          13000010[words:adr21]  adr x19, words
                          f70300aa                            mov x23, x0
                          681e40f9                            ldr x8, [x19, #0x38]
                          00068052                            mov w0, #0x30
                          f65701a9                            stp x22, x21, [sp, #0x10]
                          f50302aa                            mov x21, x2
                          f60301aa                            mov x22, x1
                          00013fd6                            blr x8
                          400300b4                            cbz x0, at_exit+0x90
                          175800a9                            stp x23, x22, [x0]
                          f40300aa                            mov x20, x0
                          150800f9                            str x21, [x0, #0x10]
                          1f1400f9                            str xzr, [x0, #0x28]
                          e00313aa                            mov x0, x19
                          682640f9                            ldr x8, [x19, #0x48]
                          00013fd6                            blr x8
                          68c20091                            add x8, x19, #0x30
                          e90314aa                            mov x9, x20
                          881200f9                            str x8, [x20, #0x20]
                          681a40f9                            ldr x8, [x19, #0x30]
                          288d01f8                            str x8, [x9, #0x18]!
                          480000b4                            cbz x8, at_exit+0x64
                          091100f9                            str x9, [x8, #0x20]
                          682a40f9                            ldr x8, [x19, #0x50]
                          e00313aa                            mov x0, x19
                          741a00f9                            str x20, [x19, #0x30]
                          00013fd6                            blr x8
                          630246a9                            ldp x3, x0, [x19, #0x60]
                          e10314aa                            mov x1, x20
                          e20313aa                            mov x2, x19
                          f44f42a9                            ldp x20, x19, [sp, #0x20]
                          f65741a9                            ldp x22, x21, [sp, #0x10]
                          fe5fc3a8                            ldp x30, x23, [sp], #0x30
                          60001fd6                            br x3
                          f44f42a9                            ldp x20, x19, [sp, #0x20]
                          00008012                            mov w0, #-0x1
                          f65741a9                            ldp x22, x21, [sp, #0x10]
                          fe5fc3a8                            ldp x30, x23, [sp], #0x30
                          c0035fd6                            ret
                        end:
                          fe0f1ef8                            str x30, [sp, #-0x20]!
                          f44f01a9                            stp x20, x19, [sp, #0x10]
                          13000010[words:adr21]  adr x19, words
                          f40300aa                            mov x20, x0
                          682640f9                            ldr x8, [x19, #0x48]
                          e00313aa                            mov x0, x19
                          00013fd6                            blr x8
                          881640f9                            ldr x8, [x20, #0x28]
                          080200b5                            cbnz x8, end+0x60
                          28008052                            mov w8, #0x1
                          e00313aa                            mov x0, x19
                          881600f9                            str x8, [x20, #0x28]
                          682a40f9                            ldr x8, [x19, #0x50]
                          00013fd6                            blr x8
                          880240a9                            ldp x8, x0, [x20]
                          00013fd6                            blr x8
                          682640f9                            ldr x8, [x19, #0x48]
                          e00313aa                            mov x0, x19
                          00013fd6                            blr x8
                          88a641a9                            ldp x8, x9, [x20, #0x18]
                          280100f9                            str x8, [x9]
                          680000b4                            cbz x8, end+0x60
                          891240f9                            ldr x9, [x20, #0x20]
                          091100f9                            str x9, [x8, #0x20]
                          682a40f9                            ldr x8, [x19, #0x50]
                          e00313aa                            mov x0, x19
                          00013fd6                            blr x8
                          612240f9                            ldr x1, [x19, #0x40]
                          e00314aa                            mov x0, x20
                          f44f41a9                            ldp x20, x19, [sp, #0x10]
                          fe0742f8                            ldr x30, [sp], #0x20
                          20001fd6                            br x1
                        run:
                          fe0f1cf8                            str x30, [sp, #-0x40]!
                          f44f03a9                            stp x20, x19, [sp, #0x30]
                          13000010[words:adr21]  adr x19, words
                          f40300aa                            mov x20, x0
                          682640f9                            ldr x8, [x19, #0x48]
                          e00313aa                            mov x0, x19
                          f85f01a9                            stp x24, x23, [sp, #0x10]
                          f65702a9                            stp x22, x21, [sp, #0x20]
                          00013fd6                            blr x8
                          f60313aa                            mov x22, x19
                          c80e43f8                            ldr x8, [x22, #0x30]!
                          280400b4                            cbz x8, run+0xb0
                          57008052                            mov w23, #0x2
                          090940f9                            ldr x9, [x8, #0x10]
                          3f0114eb                            cmp x9, x20
                          60000054                            b.eq run+0x48
                          08610091                            add x8, x8, #0x18
                          19000014                            b run+0xa8
                          091540f9                            ldr x9, [x8, #0x28]
                          e90000b4                            cbz x9, run+0x68
                          682a40f9                            ldr x8, [x19, #0x50]
                          e00313aa                            mov x0, x19
                          00013fd6                            blr x8
                          682e40f9                            ldr x8, [x19, #0x58]
                          00013fd6                            blr x8
                          0d000014                            b run+0x98
                          09a941a9                            ldp x9, x10, [x8, #0x18]
                          171500f9                            str x23, [x8, #0x28]
                          490100f9                            str x9, [x10]
                          690000b4                            cbz x9, run+0x80
                          0a1140f9                            ldr x10, [x8, #0x20]
                          2a1100f9                            str x10, [x9, #0x20]
                          185540a9                            ldp x24, x21, [x8]
                          e00313aa                            mov x0, x19
                          682a40f9                            ldr x8, [x19, #0x50]
                          00013fd6                            blr x8
                          e00315aa                            mov x0, x21
                          00033fd6                            blr x24
                          682640f9                            ldr x8, [x19, #0x48]
                          e00313aa                            mov x0, x19
                          00013fd6                            blr x8
                          e80316aa                            mov x8, x22
                          080140f9                            ldr x8, [x8]
                          48fcffb5                            cbnz x8, run+0x34
                          612a40f9                            ldr x1, [x19, #0x50]
                          e00313aa                            mov x0, x19
                          f44f43a9                            ldp x20, x19, [sp, #0x30]
                          f65742a9                            ldp x22, x21, [sp, #0x20]
                          f85f41a9                            ldp x24, x23, [sp, #0x10]
                          fe0744f8                            ldr x30, [sp], #0x40
                          20001fd6                            br x1
                        """);
    }
}

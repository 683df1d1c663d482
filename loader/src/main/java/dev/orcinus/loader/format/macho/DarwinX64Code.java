package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.graph.EdgeKind;
import java.util.List;
import java.util.Map;

/** The functions of {@link DarwinLibrary} for x86-64. */
final class DarwinX64Code {
    private static final long TO_END_OF_INSTRUCTION = -4;
    private static final int ALIGNMENT_BYTES = 16;
    private static final Map<HoleField, EdgeKind> KINDS =
            Map.of(HoleField.BRANCH32, X64EdgeKind.BRANCH32);

    /** {@code int __maskrune(int c, unsigned long mask)}: characters beyond ASCII have no type. */
    private static final CodeListing MASK_RUNE =
            CodeListing.x64(
                    """
                      31c0  xorl %eax, %eax
                      c3    retq
                    """);

    /** {@code void memset_pattern16(void *b, const void *pattern, size_t sizeBytes)}. */
    private static final CodeListing MEMSET_PATTERN16 = pattern("0f");

    private static final CodeListing MEMSET_PATTERN8 = pattern("07");
    private static final CodeListing MEMSET_PATTERN4 = pattern("03");

    /** {@code size_t strlcpy(char *target, const char *source, size_t sizeBytes)}. */
    private static final CodeListing STRLCPY =
            CodeListing.x64(
                    """
                      31c0        xorl %eax, %eax
                      eb0f        jmp .+0x11
                    # a character that leaves room for the zero byte is copied
                      4c8d4001    leaq 1(%rax), %r8
                      4939d0      cmpq %rdx, %r8
                      7303        jae .+5
                      880c07      movb %cl, (%rdi,%rax)
                      48ffc0      incq %rax
                      8a0c06      movb (%rsi,%rax), %cl
                      84c9        testb %cl, %cl
                      75ea        jne .-0x14
                    # the zero byte, unless there is no room at all
                      4883ea01    subq $1, %rdx
                      720b        jb .+0xd
                      4839d0      cmpq %rdx, %rax
                      480f42d0    cmovbq %rax, %rdx
                      c6041700    movb $0, (%rdi,%rdx)
                      c3          retq
                    """);

    /** {@code size_t strlcat(char *target, const char *source, size_t sizeBytes)}. */
    private static final CodeListing STRLCAT =
            CodeListing.x64(
                    """
                    # the length of the target, at most its size
                      31c0        xorl %eax, %eax
                      eb09        jmp .+0xb
                      803c0700    cmpb $0, (%rdi,%rax)
                      7408        je .+0xa
                      48ffc0      incq %rax
                      4839d0      cmpq %rdx, %rax
                      72f2        jb .-0xc
                    # the source, as far as it leaves room for the zero byte
                      4531c9      xorl %r9d, %r9d
                      eb17        jmp .+0x19
                      4c8d4001    leaq 1(%rax), %r8
                      4939d0      cmpq %rdx, %r8
                      7308        jae .+0xa
                      880c07      movb %cl, (%rdi,%rax)
                      42c6040700  movb $0, (%rdi,%r8)
                      48ffc0      incq %rax
                      49ffc1      incq %r9
                      428a0c0e    movb (%rsi,%r9), %cl
                      84c9        testb %cl, %cl
                      75e1        jne .-0x1d
                      c3          retq
                    """);

    /** {@code struct {double sin, cos;} __sincos_stret(double)}, in xmm0 and xmm1. */
    private static final CodeListing SINCOS =
            CodeListing.x64(
                    """
                      4883ec18                    subq $24, %rsp
                      488d7c2408                  leaq 8(%rsp), %rdi
                      4889e6                      movq %rsp, %rsi
                      e800000000[sincos:branch32]  callq sincos
                      f20f10442408                movsd 8(%rsp), %xmm0
                      f20f100c24                  movsd (%rsp), %xmm1
                      4883c418                    addq $24, %rsp
                      c3                          retq
                    """);

    /** {@code struct {float sin, cos;} __sincosf_stret(float)}, in xmm0. */
    private static final CodeListing SINCOSF =
            CodeListing.x64(
                    """
                      4883ec18                     subq $24, %rsp
                      4889e7                       movq %rsp, %rdi
                      488d742404                   leaq 4(%rsp), %rsi
                      e800000000[sincosf:branch32]  callq sincosf
                      f20f100424                   movsd (%rsp), %xmm0
                      4883c418                     addq $24, %rsp
                      c3                           retq
                    """);

    /** {@code void __assert_rtn(const char *function, *file, int line, const char *expression)}. */
    private static final CodeListing ASSERT =
            CodeListing.x64(
                    """
                      4887cf                           xchgq %rcx, %rdi
                      e900000000[__assert_fail:branch32]  jmp __assert_fail
                    """);

    /**
     * {@code int __fpclassifyd(double)}. The number of a class ({@code math.h}) is 1 for a value
     * that is not a number, 2 for an infinite one, 3 for zero, 4 for a normal value and 5 for a
     * subnormal one. Other systems have other numbers.
     */
    private static final CodeListing CLASSIFY =
            CodeListing.x64(
                    """
                      66480f7ec1            movq %xmm0, %rcx
                      b803000000            movl $3, %eax
                    # without the sign
                      4801c9                addq %rcx, %rcx
                      7421                  je .+0x23
                      b005                  movb $5, %al
                      48ba0000000000002000  movabsq $0x20000000000000, %rdx
                      4839d1                cmpq %rdx, %rcx
                      7210                  jb .+0x12
                      b004                  movb $4, %al
                      48f7da                negq %rdx
                      4839d1                cmpq %rdx, %rcx
                      7206                  jb .+8
                      b002                  movb $2, %al
                      7402                  je .+4
                      b001                  movb $1, %al
                      c3                    retq
                    """);

    /** {@code int __fpclassifyf(float)}. */
    private static final CodeListing CLASSIFY_FLOAT =
            CodeListing.x64(
                    """
                      660f7ec1      movd %xmm0, %ecx
                      b803000000    movl $3, %eax
                      01c9          addl %ecx, %ecx
                      741a          je .+0x1c
                      b005          movb $5, %al
                      81f900000001  cmpl $0x1000000, %ecx
                      7210          jb .+0x12
                      b004          movb $4, %al
                      81f9000000ff  cmpl $0xff000000, %ecx
                      7206          jb .+8
                      b002          movb $2, %al
                      7402          je .+4
                      b001          movb $1, %al
                      c3            retq
                    """);

    /** {@code int __fpclassifyl(long double)}, whose argument is on the stack. */
    private static final CodeListing CLASSIFY_LONG =
            CodeListing.x64(
                    """
                      0fb74c2410  movzwl 16(%rsp), %ecx
                      488b542408  movq 8(%rsp), %rdx
                      6601c9      addw %cx, %cx
                      7416        je .+0x18
                      b804000000  movl $4, %eax
                      6683f9fe    cmpw $-2, %cx
                      720a        jb .+0xc
                    # without the leading digit
                      4801d2      addq %rdx, %rdx
                      0f95c1      setne %cl
                      b002        movb $2, %al
                      28c8        subb %cl, %al
                      c3          retq
                      b803000000  movl $3, %eax
                      4885d2      testq %rdx, %rdx
                      74f5        je .-9
                      b005        movb $5, %al
                      c3          retq
                    """);

    /** {@code int __darwin_check_fd_set_overflow(int, const void *, int)}: there are 1024 bits. */
    private static final CodeListing CHECK_DESCRIPTOR =
            CodeListing.x64(
                    """
                      31c0          xorl %eax, %eax
                      81ff00040000  cmpl $1024, %edi
                      0f92c0        setb %al
                      c3            retq
                    """);

    /**
     * Computes the address of a thread-local variable. Its argument, rdi, is the address of a
     * descriptor, {@link ThreadLocalDescriptors}. It calls the TLS descriptor in that, which
     * returns the variable's offset from the thread pointer and preserves all other registers (ELF
     * Handling For Thread-Local Storage, "TLS descriptors"), as callers expect of this function.
     */
    private static final CodeListing TLV_BOOTSTRAP =
            CodeListing.x64(
                    """
                      4883ec08            subq $8, %rsp
                      488d4708            leaq 8(%rdi), %rax
                      ff10                callq *(%rax)
                      644803042500000000  addq %fs:0, %rax
                      4883c408            addq $8, %rsp
                      c3                  retq
                    """);

    private DarwinX64Code() {}

    private static CodeListing pattern(String mask) {
        return CodeListing.x64(
                """
                  31c0    xorl %eax, %eax
                  eb0f    jmp .+0x11
                  89c1    movl %eax, %ecx
                  83e1MM  andl $0xMM, %ecx
                  8a0c0e  movb (%rsi,%rcx), %cl
                  880c07  movb %cl, (%rdi,%rax)
                  48ffc0  incq %rax
                  4839d0  cmpq %rdx, %rax
                  72ed    jb .-0x11
                  c3      retq
                """
                        .replace("MM", mask));
    }

    /** Returns a function, or null if there is none of that name. */
    static CodeTemplate function(String cName) {
        return switch (cName) {
            case "__maskrune" -> template(MASK_RUNE);
            // the fourth argument of the checked ones, the size of the target's object, is not
            // needed
            case "strlcpy", "__strlcpy_chk" -> template(STRLCPY);
            case "strlcat", "__strlcat_chk" -> template(STRLCAT);
            case "memset_pattern4" -> template(MEMSET_PATTERN4);
            case "memset_pattern8" -> template(MEMSET_PATTERN8);
            case "memset_pattern16" -> template(MEMSET_PATTERN16);
            case "__sincos_stret" -> template(SINCOS, "sincos");
            case "__sincosf_stret" -> template(SINCOSF, "sincosf");
            case "__fpclassifyd" -> template(CLASSIFY);
            case "__fpclassifyf" -> template(CLASSIFY_FLOAT);
            case "__fpclassifyl" -> template(CLASSIFY_LONG);
            case "__darwin_check_fd_set_overflow" -> template(CHECK_DESCRIPTOR);
            case "_tlv_bootstrap" -> template(TLV_BOOTSTRAP);
            case "__assert_rtn" -> template(ASSERT, "__assert_fail");
            default -> null;
        };
    }

    private static CodeTemplate template(CodeListing listing, String... functions) {
        return CodeTemplate.of(
                listing,
                ALIGNMENT_BYTES,
                KINDS,
                TO_END_OF_INSTRUCTION,
                List.of(),
                List.of(functions));
    }
}

package dev.orcinus.executor.service;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.memory.InstalledCode;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The functions that a line of clang-repl without a semicolon calls with its value: {@code
 * __clang_Interpreter_SetValueNoAlloc(interpreter, out, type, ...)}, {@code ...WithAlloc}, which
 * returns room for an object, and a placement {@code operator new}. In clang-repl's own process
 * they note the value, which is then printed. Elsewhere nobody has them, so the line would be lost.
 * These let it run, and say that clang-repl cannot print its value, with what can be known of it:
 * the type is a pointer into clang-repl's memory. Thread-safe.
 */
public final class LineValues {
    private static final Map<String, String> LABELS =
            Map.of(
                    "__clang_Interpreter_SetValueNoAlloc", "no_alloc",
                    "__clang_Interpreter_SetValueWithAlloc", "with_alloc",
                    "_ZnwmPv26__clang_Interpreter_NewTag", "place");

    /** The number of vector registers of a call that is no call of {@code ...NoAlloc}. */
    private static final long NOT_KNOWN = 256;

    /**
     * The code: it passes on the first variable argument in a general register, the number of
     * vector registers, and the first of these. The size of an object is not known, so each gets 64
     * GiB of fresh address space, or the largest half, quarter and so on that there is. Only what
     * an object uses is taken, and nothing is given back.
     */
    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                    no_alloc:
                      4889cf                 movq %rcx, %rdi
                      0fb6f0                 movzbl %al, %esi
                      66480f7ec2             movq %xmm0, %rdx
                      ff254f000000           jmpq *function_at(%rip)
                    with_alloc:
                      4883ec08               subq $8, %rsp
                      be00010000             movl $256, %esi
                      ff1540000000           callq *function_at(%rip)
                      48be0000000010000000   movabsq $0x1000000000, %rsi
                    # mmap: readable and writable; private, anonymous, not reserved
                    map:
                      31ff                   xorl %edi, %edi
                      ba03000000             movl $3, %edx
                      41ba22400000           movl $0x4022, %r10d
                      49c7c0ffffffff         movq $-1, %r8
                      4531c9                 xorl %r9d, %r9d
                      b809000000             movl $9, %eax
                      0f05                   syscall
                      483d00f0ffff           cmpq $-4096, %rax
                      7607                   jbe mapped
                      48d1ee                 shrq %rsi
                      75d5                   jnz map
                      31c0                   xorl %eax, %eax
                    mapped:
                      4883c408               addq $8, %rsp
                      c3                     retq
                    place:
                      4889f0                 movq %rsi, %rax
                      c3                     retq
                    function_at:
                      0000000000000000[function:imm64]  .quad function
                    """);

    /** The same, where no register tells which kind the variable argument is of. */
    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    no_alloc:
                      01208052               mov w1, #256
                      70030058               ldr x16, function_at
                      00021fd6               br x16
                    with_alloc:
                      fd7bbea9               stp x29, x30, [sp, #-32]!
                      f30b00f9               str x19, [sp, #16]
                      01208052               mov w1, #256
                      d0020058               ldr x16, function_at
                      00023fd6               blr x16
                      1302c0d2               mov x19, #0x1000000000
                    map:
                      000080d2               mov x0, #0
                      e10313aa               mov x1, x19
                      62008052               mov w2, #3
                      43048852               mov w3, #0x4022
                      04008092               mov x4, #-1
                      050080d2               mov x5, #0
                      c81b8052               mov w8, #222
                      010000d4               svc #0
                      1f0440b1               cmn x0, #4096
                      89000054               b.ls mapped
                      000080d2               mov x0, #0
                      73fe41d3               lsr x19, x19, #1
                      93feffb5               cbnz x19, map
                    mapped:
                      f30b40f9               ldr x19, [sp, #16]
                      fd7bc2a8               ldp x29, x30, [sp], #32
                      c0035fd6               ret
                    place:
                      e00301aa               mov x0, x1
                      c0035fd6               ret
                      1f2003d5               nop
                    function_at:
                      0000000000000000[function:word64]  .quad function
                    """);

    private final Guest guest;
    private final CodeListing listing;
    private final Consumer<String> log;
    private ExecutorAddress code = ExecutorAddress.NULL;

    /**
     * Creates the functions for a guest.
     *
     * @param log takes what is said about values
     */
    public LineValues(Guest guest, Consumer<String> log) {
        this.guest = guest;
        this.listing = guest.triple().arch().equals("x86_64") ? X64 : AARCH64;
        this.log = log;
    }

    /**
     * Returns the address of one of the functions; empty for other names, and where the guest is no
     * process of Linux.
     */
    public Optional<ExecutorAddress> find(String name) throws HostCallException {
        String label = LABELS.get(name);
        if (label == null || !(guest instanceof IsolatedGuest)) {
            return Optional.empty();
        }
        return Optional.of(code().plus(listing.offsetOf(label)));
    }

    private synchronized ExecutorAddress code() throws HostCallException {
        if (code.isNull()) {
            ExportedFunction told = ExportedFunction.of((a, b, c, _) -> tell(a, b, c));
            long function = guest.export(List.of(told)).getFirst().value();
            byte[] filled = listing.fill().with("function", function).bytes();
            code = InstalledCode.install(guest.memory(), filled);
        }
        return code;
    }

    private long tell(long general, long vectors, long vector) {
        log.accept(
                "clang-repl cannot print the value of a line that another process runs"
                        + text(general, vectors, vector));
        return 0;
    }

    /** Returns what can be known of a value. */
    static String text(long general, long vectors, long vector) {
        if (vectors == NOT_KNOWN) {
            return "";
        }
        if (vectors > 0) {
            return "; it is " + Double.longBitsToDouble(vector) + ", if it is a double";
        }
        String hex = "0x" + Long.toHexString(general);
        return general >>> Integer.SIZE == 0
                ? "; it is " + (int) general + " (" + hex + "), if it is an int"
                : "; it is " + hex + ", if it is a pointer or a long";
    }
}

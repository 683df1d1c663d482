package dev.orcinus.executor.service;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.memory.InstalledCode;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
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
     * vector registers, and the first of these. The size of an object is not known, so it gets a
     * 64th of the address space that there is, but not more than 64 GiB. All objects get the same
     * range, which the first one takes: as in clang-repl's own process, a value is over when the
     * next one comes. Of its memory, only what the largest object uses is taken.
     */
    private static final CodeListing X64 =
            CodeListing.x64(
                    """
                    no_alloc:
                      4889cf                 movq %rcx, %rdi
                      0fb6f0                 movzbl %al, %esi
                      66480f7ec2             movq %xmm0, %rdx
                      ff258f000000           jmpq *function_at(%rip)
                    with_alloc:
                      4883ec08               subq $8, %rsp
                      be00010000             movl $256, %esi
                      ff1580000000           callq *function_at(%rip)
                      488b3d81000000         movq room_at(%rip), %rdi
                      488b07                 movq (%rdi), %rax
                      4885c0                 testq %rax, %rax
                      7545                   jnz ready
                      48be0000000000040000   movabsq $0x40000000000, %rsi
                    probe:
                      e83b000000             callq map
                      483d00f0ffff           cmpq $-4096, %rax
                      7609                   jbe probed
                      48d1ee                 shrq %rsi
                      75ee                   jnz probe
                    none:
                      31c0                   xorl %eax, %eax
                      eb25                   jmp ready
                    # munmap
                    probed:
                      4889c7                 movq %rax, %rdi
                      b80b000000             movl $11, %eax
                      0f05                   syscall
                      48c1ee06               shrq $6, %rsi
                      e817000000             callq map
                      483d00f0ffff           cmpq $-4096, %rax
                      77e1                   ja none
                      488b3d37000000         movq room_at(%rip), %rdi
                      488907                 movq %rax, (%rdi)
                    ready:
                      4883c408               addq $8, %rsp
                      c3                     retq
                    # mmap: readable and writable; private, anonymous, not reserved
                    map:
                      31ff                   xorl %edi, %edi
                      ba03000000             movl $3, %edx
                      41ba22400000           movl $0x4022, %r10d
                      49c7c0ffffffff         movq $-1, %r8
                      4531c9                 xorl %r9d, %r9d
                      b809000000             movl $9, %eax
                      0f05                   syscall
                      c3                     retq
                    place:
                      4889f0                 movq %rsi, %rax
                      c3                     retq
                      90                     nop
                      90                     nop
                      90                     nop
                      90                     nop
                    function_at:
                      0000000000000000[function:imm64]  .quad function
                    room_at:
                      0000000000000000[room:imm64]  .quad room
                    """);

    /** The same, where no register tells which kind the variable argument is of. */
    private static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    no_alloc:
                      01208052               mov w1, #256
                      f0040058               ldr x16, function_at
                      00021fd6               br x16
                    with_alloc:
                      fd7bbfa9               stp x29, x30, [sp, #-16]!
                      01208052               mov w1, #256
                      70040058               ldr x16, function_at
                      00023fd6               blr x16
                      69040058               ldr x9, room_at
                      200140f9               ldr x0, [x9]
                      200200b5               cbnz x0, ready
                      0a80c0d2               mov x10, #0x40000000000
                    probe:
                      11000094               bl map
                      1f0440b1               cmn x0, #4096
                      a9000054               b.ls probed
                      4afd41d3               lsr x10, x10, #1
                      8affffb5               cbnz x10, probe
                    none:
                      000080d2               mov x0, #0
                      09000014               b ready
                    probed:
                      e1030aaa               mov x1, x10
                      e81a8052               mov w8, #215
                      010000d4               svc #0
                      4afd46d3               lsr x10, x10, #6
                      06000094               bl map
                      1f0440b1               cmn x0, #4096
                      08ffff54               b.hi none
                      200100f9               str x0, [x9]
                    ready:
                      fd7bc1a8               ldp x29, x30, [sp], #16
                      c0035fd6               ret
                    map:
                      000080d2               mov x0, #0
                      e1030aaa               mov x1, x10
                      620080d2               mov x2, #3
                      43048852               mov w3, #0x4022
                      04008092               mov x4, #-1
                      050080d2               mov x5, #0
                      c81b8052               mov w8, #222
                      010000d4               svc #0
                      c0035fd6               ret
                    place:
                      e00301aa               mov x0, x1
                      c0035fd6               ret
                      1f2003d5               nop
                    function_at:
                      0000000000000000[function:word64]  .quad function
                    room_at:
                      0000000000000000[room:word64]  .quad room
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
            byte[] filled = listing.fill().with("function", function).with("room", room()).bytes();
            code = InstalledCode.install(guest.memory(), filled);
        }
        return code;
    }

    /** Returns the address of a word, 0 at first, for the address of the room of all objects. */
    private long room() throws HostCallException {
        GuestMemory memory = guest.memory();
        AddressRange word = memory.map(Long.BYTES);
        memory.publish(List.of(new Publication(word, MemProt.READ_WRITE)));
        return word.start().value();
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

package dev.orcinus.executor.orcrt.core;

import dev.orcinus.formats.code.CodeListing;
import java.util.Map;

/**
 * The archive's code for AArch64. A thunk loads its number and branches to one of two pieces of
 * code that make the call in Java. {@link Layout} says which words the linker fills in.
 */
record AArch64RuntimeCode() implements RuntimeCode {
    private static final CodeListing CODE =
            CodeListing.aarch64(
                    """
                    anchor:
                      0000000000000000  .quad 0
                      0000000000000000  .quad 0
                    wrapper_slot:
                      0000000000000000  .quad 0
                    function_slot:
                      0000000000000000  .quad 0
                    needed_slot:
                      0000000000000000  .quad 0
                    # Buffer f(data, size), number in w16: the same as a jit-dispatch call, tail-called.
                    wrapper:
                      e30301aa          mov x3, x1
                      e20300aa          mov x2, x0
                      e103102a          mov w1, w16
                      60feff10          adr x0, anchor
                      d0feff58          ldr x16, wrapper_slot
                      00021fd6          br x16
                    # A C function, number in w16: keeps the argument registers on the stack and passes their
                    # address, the number and the anchor. Returns what the call returns.
                    function:
                      d1feff58          ldr x17, function_slot
                      02000014          b call
                    # The same for code that goes on with the result only.
                    needed:
                      d1feff58          ldr x17, needed_slot
                    call:
                      fd7bbfa9          stp x29, x30, [sp, #-16]!
                      fd030091          mov x29, sp
                      e417bfa9          stp x4, x5, [sp, #-16]!
                      e20fbfa9          stp x2, x3, [sp, #-16]!
                      e007bfa9          stp x0, x1, [sp, #-16]!
                      e0030091          mov x0, sp
                      e103102a          mov w1, w16
                      c2fcff10          adr x2, anchor
                      20023fd6          blr x17
                      bf030091          mov sp, x29
                      fd7bc1a8          ldp x29, x30, [sp], #16
                      c0035fd6          ret
                    # The same for those that expect all registers to be kept, but x0, x16 and x17.
                    saving:
                      fd7bbfa9          stp x29, x30, [sp, #-16]!
                      e10bbfa9          stp x1, x2, [sp, #-16]!
                      e313bfa9          stp x3, x4, [sp, #-16]!
                      e51bbfa9          stp x5, x6, [sp, #-16]!
                      e723bfa9          stp x7, x8, [sp, #-16]!
                      e92bbfa9          stp x9, x10, [sp, #-16]!
                      eb33bfa9          stp x11, x12, [sp, #-16]!
                      ed3bbfa9          stp x13, x14, [sp, #-16]!
                      ef4bbfa9          stp x15, x18, [sp, #-16]!
                      e007bfad          stp q0, q1, [sp, #-32]!
                      e20fbfad          stp q2, q3, [sp, #-32]!
                      e417bfad          stp q4, q5, [sp, #-32]!
                      e61fbfad          stp q6, q7, [sp, #-32]!
                      e827bfad          stp q8, q9, [sp, #-32]!
                      ea2fbfad          stp q10, q11, [sp, #-32]!
                      ec37bfad          stp q12, q13, [sp, #-32]!
                      ee3fbfad          stp q14, q15, [sp, #-32]!
                      f047bfad          stp q16, q17, [sp, #-32]!
                      f24fbfad          stp q18, q19, [sp, #-32]!
                      f457bfad          stp q20, q21, [sp, #-32]!
                      f65fbfad          stp q22, q23, [sp, #-32]!
                      f867bfad          stp q24, q25, [sp, #-32]!
                      fa6fbfad          stp q26, q27, [sp, #-32]!
                      fc77bfad          stp q28, q29, [sp, #-32]!
                      fe7fbfad          stp q30, q31, [sp, #-32]!
                      daffff97          bl needed
                      fe7fc1ac          ldp q30, q31, [sp], #32
                      fc77c1ac          ldp q28, q29, [sp], #32
                      fa6fc1ac          ldp q26, q27, [sp], #32
                      f867c1ac          ldp q24, q25, [sp], #32
                      f65fc1ac          ldp q22, q23, [sp], #32
                      f457c1ac          ldp q20, q21, [sp], #32
                      f24fc1ac          ldp q18, q19, [sp], #32
                      f047c1ac          ldp q16, q17, [sp], #32
                      ee3fc1ac          ldp q14, q15, [sp], #32
                      ec37c1ac          ldp q12, q13, [sp], #32
                      ea2fc1ac          ldp q10, q11, [sp], #32
                      e827c1ac          ldp q8, q9, [sp], #32
                      e61fc1ac          ldp q6, q7, [sp], #32
                      e417c1ac          ldp q4, q5, [sp], #32
                      e20fc1ac          ldp q2, q3, [sp], #32
                      e007c1ac          ldp q0, q1, [sp], #32
                      ef4bc1a8          ldp x15, x18, [sp], #16
                      ed3bc1a8          ldp x13, x14, [sp], #16
                      eb33c1a8          ldp x11, x12, [sp], #16
                      e92bc1a8          ldp x9, x10, [sp], #16
                      e723c1a8          ldp x7, x8, [sp], #16
                      e51bc1a8          ldp x5, x6, [sp], #16
                      e313c1a8          ldp x3, x4, [sp], #16
                      e10bc1a8          ldp x1, x2, [sp], #16
                      fd7bc1a8          ldp x29, x30, [sp], #16
                      c0035fd6          ret
                    # A TLS descriptor's function: x0 is the descriptor, whose second word is the controller's
                    # entry, a key and an address in a template. Returns the variable's offset from the thread
                    # pointer, and keeps all other registers, as the C library's function in the record does.
                    tlsdesc_resolver:
                      e10bbca9          stp x1, x2, [sp, #-64]!
                      e31301a9          stp x3, x4, [sp, #16]
                      f04702a9          stp x16, x17, [sp, #32]
                      e07b03a9          stp x0, x30, [sp, #48]
                    again:
                      010440f9          ldr x1, [x0, #8]
                      220c40a9          ldp x2, x3, [x1]
                    next:
                      44600091          add x4, x2, #24
                      9efcdfc8          ldar x30, [x4]
                      440840f9          ldr x4, [x2, #16]
                      640004cb          sub x4, x3, x4
                      9f001eeb          cmp x4, x30
                      03010054          b.lo found
                      421040f9          ldr x2, [x2, #32]
                      22ffffb5          cbnz x2, next
                      e00301aa          mov x0, x1
                    # TLS_FIRST_USE
                      10008052          mov w16, #0
                      bcffff97          bl saving
                      e01b40f9          ldr x0, [sp, #48]
                      f2ffff17          b again
                    found:
                      e00302aa          mov x0, x2
                      410040f9          ldr x1, [x2]
                      20003fd6          blr x1
                      0000048b          add x0, x0, x4
                      fe1f40f9          ldr x30, [sp, #56]
                      f04742a9          ldp x16, x17, [sp, #32]
                      e31341a9          ldp x3, x4, [sp, #16]
                      e10bc4a8          ldp x1, x2, [sp], #64
                      c0035fd6          ret
                    # Called by a trampoline that has kept x29 and x30: finds its function and jumps there, with
                    # all registers that may hold arguments as they were.
                    reenter:
                      e07bbfa9          stp x0, x30, [sp, #-16]!
                      c02300d1          sub x0, x30, #8
                    # RESOLVE
                      30008052          mov w16, #1
                      adffff97          bl saving
                      f10300aa          mov x17, x0
                      e07bc1a8          ldp x0, x30, [sp], #16
                      fd7bc1a8          ldp x29, x30, [sp], #16
                      20021fd6          br x17
                    """);

    private static final CodeListing THUNK =
            CodeListing.aarch64(
                    """
                      10008052[number:move16]    movz w16, #:abs_g0:number
                      00000014[target:branch26]  b target
                    """);

    @Override
    public CodeListing listing() {
        return CODE;
    }

    @Override
    public CodeListing thunk() {
        return THUNK;
    }

    @Override
    public Map<String, Integer> functions() {
        return CODE.offsetsOf("tlsdesc_resolver", RuntimeCode.REENTER);
    }
}

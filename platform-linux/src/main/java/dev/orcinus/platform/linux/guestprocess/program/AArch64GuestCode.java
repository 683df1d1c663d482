package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of a guest process for AArch64 (ARMv8.0), AAPCS64. The numbers of system calls
 * are those of {@code <asm-generic/unistd.h>}; offsets in a slot and in the head of the mailbox are
 * those of {@link dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout}. {@link
 * GuestProgram} says what each part does.
 */
final class AArch64GuestCode {
    static final CodeListing CODE =
            CodeListing.aarch64(
                    """
                    start:
                      fd031faa  mov x29, xzr
                      e50300aa  mov x5, x0
                      e10340f9  ldr x1, [sp]
                      e2230091  add x2, sp, #8
                      e6030091  mov x6, sp
                      e0000010  adr x0, main
                      e3031faa  mov x3, xzr
                      e4031faa  mov x4, xzr
                      10000010[start_main:adr21]  adr x16, start_main
                      100240f9  ldr x16, [x16]
                      00023fd6  blr x16
                      000020d4  brk #0
                    main:
                      fd7bbda9  stp x29, x30, [sp, #-48]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f51300f9  str x21, [sp, #32]
                      f30300aa  mov x19, x0
                      f40301aa  mov x20, x1
                      f50302aa  mov x21, x2
                    # it may have been called before all initializers
                      09000010[mailbox:adr21]  adr x9, mailbox
                      200140f9  ldr x0, [x9]
                      600000b5  cbnz x0, main_attached
                      00008052[descriptor:move16]  mov w0, #:abs_g0:descriptor
                      30000094  bl attach
                    main_attached:
                      13d001a9  stp x19, x20, [x0, #24]
                      151400f9  str x21, [x0, #40]
                      00044091  add x0, x0, #4096
                      84000094  bl thread
                      000300b4  cbz x0, main_end
                      f40300aa  mov x20, x0
                      808646a9  ldp x0, x1, [x20, #104]
                      22008052  mov w2, #1
                      dc010094  bl list
                      e0020010  adr x0, finish
                      e10314aa  mov x1, x20
                      e2031faa  mov x2, xzr
                      891240f9  ldr x9, [x20, #32]
                      20013fd6  blr x9
                      f3031faa  mov x19, xzr
                    initialize:
                      891640f9  ldr x9, [x20, #40]
                      7f0209eb  cmp x19, x9
                      02010054  b.hs run
                      800640a9  ldp x0, x1, [x20]
                      820a40f9  ldr x2, [x20, #16]
                      891a40f9  ldr x9, [x20, #48]
                      297973f8  ldr x9, [x9, x19, lsl #3]
                      20013fd6  blr x9
                      73060091  add x19, x19, #1
                      f7ffff17  b initialize
                    run:
                      800640a9  ldp x0, x1, [x20]
                      822641a9  ldp x2, x9, [x20, #16]
                      20013fd6  blr x9
                    main_end:
                      f51340f9  ldr x21, [sp, #32]
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc3a8  ldp x29, x30, [sp], #48
                      c0035fd6  ret
                    # finish(program): what exit runs last
                    finish:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f40300aa  mov x20, x0
                      f3031faa  mov x19, xzr
                    finish_next:
                      891e40f9  ldr x9, [x20, #56]
                      7f0209eb  cmp x19, x9
                      c2000054  b.hs finish_end
                      892240f9  ldr x9, [x20, #64]
                      297973f8  ldr x9, [x9, x19, lsl #3]
                      20013fd6  blr x9
                      73060091  add x19, x19, #1
                      f9ffff17  b finish_next
                    finish_end:
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    # maps the mailbox of descriptor w0; returns its address
                    attach:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f303002a  mov w19, w0
                      e403002a  mov w4, w0
                      e0031faa  mov x0, xzr
                      01050058  ldr x1, size_at
                      620080d2  mov x2, #3
                      230080d2  mov x3, #1
                      e5031faa  mov x5, xzr
                      c81b80d2  mov x8, #222
                      010000d4  svc #0
                      f40300aa  mov x20, x0
                      09000010[mailbox:adr21]  adr x9, mailbox
                      340100f9  str x20, [x9]
                      09000010[dlsym:adr21]  adr x9, dlsym
                      290140f9  ldr x9, [x9]
                      942600a9  stp x20, x9, [x20]
                      29f5ff10  adr x9, start
                      890a00f9  str x9, [x20, #16]
                    # close
                      e003132a  mov w0, w19
                      280780d2  mov x8, #57
                      010000d4  svc #0
                      1b000094  bl own
                    # a child that something has forked before main is no guest
                      893a40b9  ldr w9, [x20, #56]
                      69000034  cbz w9, owned
                      1f00096b  cmp w0, w9
                      81400054  b.ne stray
                    owned:
                    # a guest that has a parent ends with it: prctl(PR_SET_PDEATHSIG, SIGKILL), getppid
                      893240b9  ldr w9, [x20, #48]
                      49010034  cbz w9, attached
                      200080d2  mov x0, #1
                      210180d2  mov x1, #9
                      e81480d2  mov x8, #167
                      010000d4  svc #0
                      a81580d2  mov x8, #173
                      010000d4  svc #0
                      893240b9  ldr w9, [x20, #48]
                      1f00096b  cmp w0, w9
                      a1000054  b.ne orphan
                    attached:
                      e00314aa  mov x0, x20
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    orphan:
                      200080d2  mov x0, #1
                    exit_now:
                      c80b80d2  mov x8, #94
                      010000d4  svc #0
                    size_at:
                      0000000000000000[size:word64]  .quad size
                    foreign_at:
                      0000000000000000[foreign:word64]  .quad foreign
                    # makes this process the guest, and returns its id; maps the page at "wiped", which the kernel wipes in children
                    own:
                      09000010[wiped:adr21]  adr x9, wiped
                      200140f9  ldr x0, [x9]
                      200100b5  cbnz x0, advise
                    # mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                      010082d2  mov x1, #4096
                      620080d2  mov x2, #3
                      430480d2  mov x3, #34
                      04008092  mov x4, #-1
                      e5031faa  mov x5, xzr
                      c81b80d2  mov x8, #222
                      010000d4  svc #0
                      200100f9  str x0, [x9]
                    advise:
                    # madvise(wiped, 4096, MADV_WIPEONFORK); the page stays zero where that is refused
                      e90300aa  mov x9, x0
                      010082d2  mov x1, #4096
                      420280d2  mov x2, #18
                      281d80d2  mov x8, #233
                      010000d4  svc #0
                      60000035  cbnz w0, identify
                      2a008052  mov w10, #1
                      2a0100b9  str w10, [x9]
                    identify:
                    # getpid
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      09000010[process:adr21]  adr x9, process
                      200100b9  str w0, [x9]
                      c0035fd6  ret
                    # fork_guest(fork, descriptor)
                    fork_guest:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f30b00f9  str x19, [sp, #16]
                      f303012a  mov w19, w1
                      00003fd6  blr x0
                      e0000035  cbnz w0, forked
                      e003132a  mov w0, w19
                      b1ffff97  bl attach
                      00044091  add x0, x0, #4096
                      07000094  bl thread
                      c80b80d2  mov x8, #94
                      010000d4  svc #0
                    forked:
                      007c4093  sxtw x0, w0
                      f30b40f9  ldr x19, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    thread:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      f30b00f9  str x19, [sp, #16]
                      f30300aa  mov x19, x0
                      08000094  bl enter
                      40008052  mov w0, #2
                      12000094  bl serve
                      49d03bd5  mrs x9, tpidr_el0
                      3f0900f9  str xzr, [x9, #16]
                      f30b40f9  ldr x19, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    # makes x19 the slot of this thread
                    enter:
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                      49d03bd5  mrs x9, tpidr_el0
                      330900f9  str x19, [x9, #16]
                      10000010[errno_location:adr21]  adr x16, errno_location
                      100240f9  ldr x16, [x16]
                      00023fd6  blr x16
                      602200f9  str x0, [x19, #64]
                      481680d2  mov x8, #178
                      010000d4  svc #0
                      604a00b9  str w0, [x19, #72]
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    # w0: the message; x19: the slot
                    serve:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      fd030091  mov x29, sp
                      692a40f9  ldr x9, [x19, #80]
                      e94f01a9  stp x9, x19, [sp, #16]
                      e9030091  mov x9, sp
                      692a00f9  str x9, [x19, #80]
                    send:
                      69fe5f88  ldaxr w9, [x19]
                      60fe0a88  stlxr w10, w0, [x19]
                      caffff35  cbnz w10, send
                      c900f836  tbz w9, #31, wait
                      e00313aa  mov x0, x19
                      210080d2  mov x1, #1
                      220080d2  mov x2, #1
                      480c80d2  mov x8, #98
                      010000d4  svc #0
                    wait:
                      6b0640b9  ldr w11, [x19, #4]
                    look:
                      60fedf88  ldar w0, [x19]
                      00060037  tbnz w0, #0, go
                      3f2003d5  yield
                      6b050071  subs w11, w11, #1
                      8cffff54  b.gt look
                      92000094  bl require_guest
                      02000132  orr w2, w0, #0x80000000
                    lock:
                      69fe5f88  ldaxr w9, [x19]
                      3f01006b  cmp w9, w0
                      c1feff54  b.ne wait
                      62fe0a88  stlxr w10, w2, [x19]
                      8affff35  cbnz w10, lock
                      e00313aa  mov x0, x19
                      e1031faa  mov x1, xzr
                      09000010[mailbox:adr21]  adr x9, mailbox
                      2c0140f9  ldr x12, [x9]
                      83410191  add x3, x12, #80
                      480c80d2  mov x8, #98
                      010000d4  svc #0
                      1fb80131  cmn w0, #110
                      61fdff54  b.ne wait
                    # a host that is gone, kill(host, 0), never answers
                      803540b9  ldr w0, [x12, #52]
                      e1031faa  mov x1, xzr
                      281080d2  mov x8, #129
                      010000d4  svc #0
                      c02ff837  tbnz w0, #31, deserted
                    # one that has ended, and that nobody has reaped: pidfd_open(host, 0), ppoll({descriptor, POLLIN}, 1, {0, 0}, null), close
                      803540b9  ldr w0, [x12, #52]
                      483680d2  mov x8, #434
                      010000d4  svc #0
                      40fcff37  tbnz w0, #31, wait
                      eb03002a  mov w11, w0
                      29008052  mov w9, #1
                      ff8300d1  sub sp, sp, #32
                      e0270029  stp w0, w9, [sp]
                      ff7f01a9  stp xzr, xzr, [sp, #16]
                      e0030091  mov x0, sp
                      210080d2  mov x1, #1
                      e2430091  add x2, sp, #16
                      e3031faa  mov x3, xzr
                      280980d2  mov x8, #73
                      010000d4  svc #0
                      ea03002a  mov w10, w0
                      e0030b2a  mov w0, w11
                      280780d2  mov x8, #57
                      010000d4  svc #0
                      ff830091  add sp, sp, #32
                      5f050071  cmp w10, #1
                      002d0054  b.eq deserted
                      cfffff17  b wait
                    go:
                      66000094  bl require_guest
                      a0010837  tbnz w0, #1, leave
                      698240a9  ldp x9, x0, [x19, #8]
                      618a41a9  ldp x1, x2, [x19, #24]
                      639242a9  ldp x3, x4, [x19, #40]
                      651e40f9  ldr x5, [x19, #56]
                      20013fd6  blr x9
                      5f000094  bl require_guest
                      608600a9  stp x0, x1, [x19, #8]
                      692240f9  ldr x9, [x19, #64]
                      290140b9  ldr w9, [x9]
                      690e00f9  str x9, [x19, #24]
                      40008052  mov w0, #2
                      b8ffff17  b send
                    leave:
                      608640a9  ldp x0, x1, [x19, #8]
                      e92b41a9  ldp x9, x10, [sp, #16]
                      f3030aaa  mov x19, x10
                      692a00f9  str x9, [x19, #80]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    # w16: index of the function; arguments in their registers
                    callback:
                      31008052  mov w17, #1
                      04000014  b call_java
                    # the same; a child that something has forked exits with the first argument
                    upcall_or_exit:
                      51008052  mov w17, #2
                      02000014  b call_java
                    # the same; a child that something has forked goes on
                    upcall:
                      f1031f2a  mov w17, wzr
                    call_java:
                      fd7bbca9  stp x29, x30, [sp, #-64]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f55b02a9  stp x21, x22, [sp, #32]
                      f503102a  mov w21, w16
                      f403112a  mov w20, w17
                      f60300aa  mov x22, x0
                    # getpid
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      09000010[process:adr21]  adr x9, process
                      290140b9  ldr w9, [x9]
                      1f00096b  cmp w0, w9
                      21030054  b.ne no_upcall
                      f4031f2a  mov w20, wzr
                      49d03bd5  mrs x9, tpidr_el0
                      330940f9  ldr x19, [x9, #16]
                      730000b5  cbnz x19, post_upcall
                      1a000094  bl claim
                      34008052  mov w20, #1
                    post_upcall:
                      75da00a9  stp x21, x22, [x19, #8]
                      618a01a9  stp x1, x2, [x19, #24]
                      639202a9  stp x3, x4, [x19, #40]
                      651e00f9  str x5, [x19, #56]
                      74000034  cbz w20, say_upcall
                      83ffff97  bl enter
                      29000094  bl ring
                    say_upcall:
                      80008052  mov w0, #4
                      8cffff97  bl serve
                      b4000034  cbz w20, upcall_done
                      49d03bd5  mrs x9, tpidr_el0
                      3f0900f9  str xzr, [x9, #16]
                      69c20191  add x9, x19, #112
                      3ffd9f88  stlr wzr, [x9]
                    upcall_done:
                      f55b42a9  ldp x21, x22, [sp, #32]
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc4a8  ldp x29, x30, [sp], #64
                      c0035fd6  ret
                    no_upcall:
                      94260037  tbnz w20, #0, uncallable
                      e903162a  mov w9, w22
                      d4060035  cbnz w20, forked_off
                      e0031faa  mov x0, xzr
                      e1031faa  mov x1, xzr
                      f7ffff17  b upcall_done
                    # makes x19 a free slot, for a thread that has none; keeps x0 to x7
                    claim:
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                    claim_first:
                      09000010[mailbox:adr21]  adr x9, mailbox
                      330140f9  ldr x19, [x9]
                      29e7ff58  ldr x9, foreign_at
                      7302098b  add x19, x19, x9
                      0b088052  mov w11, #64
                    claim_next:
                      69c20191  add x9, x19, #112
                    claim_try:
                      2afd5f88  ldaxr w10, [x9]
                      ca000035  cbnz w10, claim_other
                      2a008052  mov w10, #1
                      2afd0c88  stlxr w12, w10, [x9]
                      8cffff35  cbnz w12, claim_try
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    claim_other:
                      5f3f03d5  clrex
                      73020291  add x19, x19, #128
                      6b050071  subs w11, w11, #1
                      a1feff54  b.ne claim_next
                    # sched_yield
                      ed0300aa  mov x13, x0
                      880f80d2  mov x8, #124
                      010000d4  svc #0
                      e0030daa  mov x0, x13
                      ebffff17  b claim_first
                    # tells the host that a slot has been claimed
                    ring:
                      09000010[mailbox:adr21]  adr x9, mailbox
                      200140f9  ldr x0, [x9]
                      00000191  add x0, x0, #64
                    ring_try:
                      09fc5f88  ldaxr w9, [x0]
                      29050011  add w9, w9, #1
                      09fc0a88  stlxr w10, w9, [x0]
                      aaffff35  cbnz w10, ring_try
                      210080d2  mov x1, #1
                      220080d2  mov x2, #1
                      480c80d2  mov x8, #98
                      010000d4  svc #0
                      c0035fd6  ret
                    # ends a process that the guest has forked; changes x8, x9, x16, x17
                    require_guest:
                      e9031f2a  mov w9, wzr
                    # the same; w9: the status of the process that ends
                    guest_or_exit:
                      10000010[wiped:adr21]  adr x16, wiped
                      100240f9  ldr x16, [x16]
                      100240b9  ldr w16, [x16]
                      50000034  cbz w16, ask
                      c0035fd6  ret
                    # getpid
                    ask:
                      f10300aa  mov x17, x0
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      10000010[process:adr21]  adr x16, process
                      100240b9  ldr w16, [x16]
                      1f00106b  cmp w0, w16
                      e00311aa  mov x0, x17
                      41000054  b.ne forked_off
                      c0035fd6  ret
                    # it ends as one whose main returns; w9: the status
                    forked_off:
                      e003092a  mov w0, w9
                      10000010[exit:adr21]  adr x16, exit
                      100240f9  ldr x16, [x16]
                      00023fd6  blr x16
                      000020d4  brk #0
                    # checkpoint(pause slot, fork, flags, parent, descriptor)
                    checkpoint:
                      fd7bbca9  stp x29, x30, [sp, #-64]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f55b02a9  stp x21, x22, [sp, #32]
                      f76303a9  stp x23, x24, [sp, #48]
                      f40300aa  mov x20, x0
                      f50301aa  mov x21, x1
                      f703032a  mov w23, w3
                      047400b9  str w4, [x0, #116]
                      49d03bd5  mrs x9, tpidr_el0
                      330940f9  ldr x19, [x9, #16]
                      762240f9  ldr x22, [x19, #64]
                    # clone(flags, 0, 0, 0, 0)
                      e00302aa  mov x0, x2
                      e1031faa  mov x1, xzr
                      e2031faa  mov x2, xzr
                      e3031faa  mov x3, xzr
                      e4031faa  mov x4, xzr
                      881b80d2  mov x8, #220
                      010000d4  svc #0
                      200500b5  cbnz x0, parent
                    # getpid
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      f803002a  mov w24, w0
                      a0023fd6  blr x21
                      20010034  cbz w0, paused
                      007c4093  sxtw x0, w0
                      802600f9  str x0, [x20, #72]
                    # setpgid(copy, copy)
                      e10300aa  mov x1, x0
                      481380d2  mov x8, #154
                      010000d4  svc #0
                      e0031faa  mov x0, xzr
                      a80b80d2  mov x8, #93
                      010000d4  svc #0
                    paused:
                      f30314aa  mov x19, x20
                      762200f9  str x22, [x19, #64]
                    # close
                      607640b9  ldr w0, [x19, #116]
                      280780d2  mov x8, #57
                      010000d4  svc #0
                      57020034  cbz w23, bound
                    # waits until it is the child of the parent that is named: getppid, sched_yield
                    adopted:
                      a81580d2  mov x8, #173
                      010000d4  svc #0
                      1f00176b  cmp w0, w23
                      c0000054  b.eq bind
                      1f00186b  cmp w0, w24
                      a1daff54  b.ne orphan
                      880f80d2  mov x8, #124
                      010000d4  svc #0
                      f8ffff17  b adopted
                    # ends with it: prctl(PR_SET_PDEATHSIG, SIGKILL), getppid
                    bind:
                      200080d2  mov x0, #1
                      210180d2  mov x1, #9
                      e81480d2  mov x8, #167
                      010000d4  svc #0
                      a81580d2  mov x8, #173
                      010000d4  svc #0
                      1f00176b  cmp w0, w23
                      41d9ff54  b.ne orphan
                    bound:
                      d0feff97  bl own
                      40008052  mov w0, #2
                      0cffff97  bl serve
                      07000014  b resumed
                    parent:
                      e1031faa  mov x1, xzr
                      0200a8d2  mov x2, #0x40000000
                      e3031faa  mov x3, xzr
                      882080d2  mov x8, #260
                      010000d4  svc #0
                      802640f9  ldr x0, [x20, #72]
                    resumed:
                      f76343a9  ldp x23, x24, [sp, #48]
                      f55b42a9  ldp x21, x22, [sp, #32]
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc4a8  ldp x29, x30, [sp], #64
                      c0035fd6  ret
                    # handler(signal, siginfo, ucontext)
                    handler:
                      fd7bbca9  stp x29, x30, [sp, #-64]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f55b02a9  stp x21, x22, [sp, #32]
                      f40302aa  mov x20, x2
                      f503002a  mov w21, w0
                      f60301aa  mov x22, x1
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      09000010[process:adr21]  adr x9, process
                      290140b9  ldr w9, [x9]
                      1f00096b  cmp w0, w9
                      c1030054  b.ne die
                    # kill(host, 0): nobody answers if the host is gone
                      09000010[mailbox:adr21]  adr x9, mailbox
                      290140f9  ldr x9, [x9]
                      203540b9  ldr w0, [x9, #52]
                      e1031faa  mov x1, xzr
                      281080d2  mov x8, #129
                      010000d4  svc #0
                      e002f837  tbnz w0, #31, die
                      49d03bd5  mrs x9, tpidr_el0
                      330940f9  ldr x19, [x9, #16]
                      b30000b5  cbnz x19, report
                      6dffff97  bl claim
                      7f2a00f9  str xzr, [x19, #80]
                      dbfeff97  bl enter
                      81ffff97  bl ring
                    report:
                      755a00b9  str w21, [x19, #88]
                      c90a40b9  ldr w9, [x22, #8]
                      695e00b9  str w9, [x19, #92]
                      c90a40f9  ldr x9, [x22, #16]
                      695206a9  stp x9, x20, [x19, #96]
                      c0008052  mov w0, #6
                      dffeff97  bl serve
                      00010034  cbz w0, die
                      692a40f9  ldr x9, [x19, #80]
                      89da00f9  str x9, [x20, #432]
                      89d200f9  str x9, [x20, #416]
                      93aa00f9  str x19, [x20, #336]
                      49030010  adr x9, recovered
                      89de00f9  str x9, [x20, #440]
                      14000014  b handled
                    # the default action, when the signal comes again after the return
                    die:
                      ff8300d1  sub sp, sp, #32
                      ff7f00a9  stp xzr, xzr, [sp]
                      ff7f01a9  stp xzr, xzr, [sp, #16]
                      e003152a  mov w0, w21
                      e1030091  mov x1, sp
                      e2031faa  mov x2, xzr
                      030180d2  mov x3, #8
                      c81080d2  mov x8, #134
                      010000d4  svc #0
                      ff830091  add sp, sp, #32
                      481680d2  mov x8, #178
                      010000d4  svc #0
                      f603002a  mov w22, w0
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      e103162a  mov w1, w22
                      e203152a  mov w2, w21
                      681080d2  mov x8, #131
                      010000d4  svc #0
                    handled:
                      f55b42a9  ldp x21, x22, [sp, #32]
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc4a8  ldp x29, x30, [sp], #64
                      c0035fd6  ret
                    recovered:
                      695a40b9  ldr w9, [x19, #88]
                      290141b2  orr x9, x9, #0x8000000000000000
                      690e00f9  str x9, [x19, #24]
                      40008052  mov w0, #2
                      c1feff17  b send
                    # list(entries, count, whether a child that a call forks goes on)
                    list:
                      fd7bbda9  stp x29, x30, [sp, #-48]!
                      f35301a9  stp x19, x20, [sp, #16]
                      f55b02a9  stp x21, x22, [sp, #32]
                      f30300aa  mov x19, x0
                      f40301aa  mov x20, x1
                      f603022a  mov w22, w2
                      f5031faa  mov x21, xzr
                    list_next:
                      bf0214eb  cmp x21, x20
                      82020054  b.hs list_end
                      690240a9  ldp x9, x0, [x19]
                      610a41a9  ldp x1, x2, [x19, #16]
                      631242a9  ldp x3, x4, [x19, #32]
                      651a40f9  ldr x5, [x19, #48]
                      20013fd6  blr x9
                      56000035  cbnz w22, list_made
                      52ffff97  bl require_guest
                    list_made:
                      600200f9  str x0, [x19]
                      b5060091  add x21, x21, #1
                      73020191  add x19, x19, #64
                      1f040031  cmn w0, #1
                      61feff54  b.ne list_next
                      69825f38  ldurb w9, [x19, #-8]
                      29fe0736  tbz w9, #0, list_next
                      10000010[errno_location:adr21]  adr x16, errno_location
                      100240f9  ldr x16, [x16]
                      00023fd6  blr x16
                      090040b9  ldr w9, [x0]
                      69821cf8  stur x9, [x19, #-56]
                    list_end:
                      e00315aa  mov x0, x21
                      f55b42a9  ldp x21, x22, [sp, #32]
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc3a8  ldp x29, x30, [sp], #48
                      c0035fd6  ret
                    # marshal(fn, block)
                    marshal:
                      fd7bbea9  stp x29, x30, [sp, #-32]!
                      fd030091  mov x29, sp
                      f35301a9  stp x19, x20, [sp, #16]
                      f30301aa  mov x19, x1
                      f40300aa  mov x20, x0
                      692a40f9  ldr x9, [x19, #80]
                      2a050091  add x10, x9, #1
                      4af97f92  and x10, x10, #0xfffffffffffffffe
                      ff6f2acb  sub sp, sp, x10, lsl #3
                      ea030091  mov x10, sp
                      6b820391  add x11, x19, #224
                    marshal_copy:
                      a90000b4  cbz x9, marshal_registers
                      6c8540f8  ldr x12, [x11], #8
                      4c8500f8  str x12, [x10], #8
                      290500d1  sub x9, x9, #1
                      fcffff17  b marshal_copy
                    marshal_registers:
                      600643ad  ldp q0, q1, [x19, #96]
                      620e44ad  ldp q2, q3, [x19, #128]
                      641645ad  ldp q4, q5, [x19, #160]
                      661e46ad  ldp q6, q7, [x19, #192]
                      600640a9  ldp x0, x1, [x19]
                      620e41a9  ldp x2, x3, [x19, #16]
                      641642a9  ldp x4, x5, [x19, #32]
                      661e43a9  ldp x6, x7, [x19, #48]
                      682240f9  ldr x8, [x19, #64]
                      80023fd6  blr x20
                      26ffff97  bl require_guest
                      600600a9  stp x0, x1, [x19]
                      600603ad  stp q0, q1, [x19, #96]
                      620e04ad  stp q2, q3, [x19, #128]
                      bf030091  mov sp, x29
                      f35341a9  ldp x19, x20, [sp, #16]
                      fd7bc2a8  ldp x29, x30, [sp], #32
                      c0035fd6  ret
                    # store(address, word)
                    store:
                      01fc9fc8  stlr x1, [x0]
                      e0031faa  mov x0, xzr
                      c0035fd6  ret
                    # run_main(argc, argv, envp, main)
                    run_main:
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                      60003fd6  blr x3
                      e903002a  mov w9, w0
                      19ffff97  bl guest_or_exit
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    # w16: index of the function; all other registers as the caller left them
                    callback_all:
                      fd7bbfa9  stp x29, x30, [sp, #-16]!
                      fd030091  mov x29, sp
                      ff8303d1  sub sp, sp, #224
                      e00700a9  stp x0, x1, [sp]
                      e20f01a9  stp x2, x3, [sp, #16]
                      e41702a9  stp x4, x5, [sp, #32]
                      e61f03a9  stp x6, x7, [sp, #48]
                      a9430091  add x9, x29, #16
                      e82704a9  stp x8, x9, [sp, #64]
                      e00703ad  stp q0, q1, [sp, #96]
                      e20f04ad  stp q2, q3, [sp, #128]
                      e41705ad  stp q4, q5, [sp, #160]
                      e61f06ad  stp q6, q7, [sp, #192]
                      e0030091  mov x0, sp
                      b5feff97  bl callback
                      e00740a9  ldp x0, x1, [sp]
                      e00743ad  ldp q0, q1, [sp, #96]
                      e20f44ad  ldp q2, q3, [sp, #128]
                      bf030091  mov sp, x29
                      fd7bc1a8  ldp x29, x30, [sp], #16
                      c0035fd6  ret
                    # write(2, text), for nobody else can tell the user
                    deserted:
                      41040010  adr x1, deserted_text
                      820680d2  mov x2, #52
                    fail:
                      29008052  mov w9, #1
                    tell:
                      400080d2  mov x0, #2
                      080880d2  mov x8, #64
                      010000d4  svc #0
                      e003092a  mov w0, w9
                      0efeff17  b exit_now
                    stray:
                      e1000010  adr x1, stray_text
                      820980d2  mov x2, #76
                      f8ffff17  b fail
                    # the status is that of a program whose function the dynamic linker does not find
                    uncallable:
                      81040010  adr x1, uncallable_text
                      820b80d2  mov x2, #92
                      e90f8052  mov w9, #127
                      f5ffff17  b tell
                    stray_text:
                      6f7263696e75733a2061206c6962726172792068617320666f726b6564206265666f7265207468652070726f6772616d20  .ascii "orcinus: a library has forked before the program "
                      776173206c696e6b65643a20697473206368696c6420656e64730a  .ascii "was linked: its child ends\\n"
                    deserted_text:
                      6f7263696e75733a207468652070726f63657373207468617420  .ascii "orcinus: the process that "
                      7365727665642074686973206f6e652068617320656e6465640a  .ascii "served this one has ended\\n"
                    uncallable_text:
                      6f7263696e75733a206120666f726b6564206368696c64206861732063616c6c65642061204a6176612066756e6374696f6e2c20  .ascii "orcinus: a forked child has called a Java function, "
                      7768696368206f6e6c792069747320706172656e742063616e2063616c6c3a20697420656e64730a  .ascii "which only its parent can call: it ends\\n"
                    # x20: what start has read; never returns
                    enter_program:
                      90a644a9  ldp x16, x9, [x20, #72]
                      8aae45a9  ldp x10, x11, [x20, #88]
                      3f010091  mov sp, x9
                    copy_stack:
                      ab0000b4  cbz x11, copied_stack
                      4c8540f8  ldr x12, [x10], #8
                      2c8500f8  str x12, [x9], #8
                      6b0500d1  sub x11, x11, #1
                      fcffff17  b copy_stack
                    copied_stack:
                      e0031faa  mov x0, xzr
                      e1031faa  mov x1, xzr
                      e2031faa  mov x2, xzr
                      e3031faa  mov x3, xzr
                      e4031faa  mov x4, xzr
                      e5031faa  mov x5, xzr
                      e6031faa  mov x6, xzr
                      e7031faa  mov x7, xzr
                      e8031faa  mov x8, xzr
                      e9031faa  mov x9, xzr
                      ea031faa  mov x10, xzr
                      ec031faa  mov x12, xzr
                      fd031faa  mov x29, xzr
                      fe031faa  mov x30, xzr
                      00021fd6  br x16
                    """);

    private AArch64GuestCode() {}
}

package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of a guest process for x86-64, System V ABI. The numbers of system calls are
 * those of {@code <asm/unistd_64.h>}; offsets in a slot and in the head of the mailbox are those of
 * {@link dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout}. {@link GuestProgram} says
 * what each part does.
 */
final class X64GuestCode {
    static final CodeListing CODE =
            CodeListing.x64(
                    """
                    start:
                      31ed  xorl %ebp, %ebp
                      4989d1  movq %rdx, %r9
                      488b3424  movq (%rsp), %rsi
                      488d542408  leaq 8(%rsp), %rdx
                      4883e4f0  andq $-16, %rsp
                      50  pushq %rax
                      54  pushq %rsp
                      4531c0  xorl %r8d, %r8d
                      31c9  xorl %ecx, %ecx
                      488d3d07000000  leaq main(%rip), %rdi
                      ff1500000000[start_main:rel32]  callq *start_main(%rip)
                      f4  hlt
                    main:
                      53  pushq %rbx
                      4154  pushq %r12
                      4155  pushq %r13
                      4989f4  movq %rsi, %r12
                      4989d5  movq %rdx, %r13
                      89fb  movl %edi, %ebx
                    # it may have been called before all initializers
                      488b0500000000[mailbox:rel32]  movq mailbox(%rip), %rax
                      4885c0  testq %rax, %rax
                      750a  jnz main_attached
                      bf00000000[descriptor:imm32]  movl $descriptor, %edi
                      e8a6000000  callq attach
                    main_attached:
                      48895818  movq %rbx, 24(%rax)
                      4c896020  movq %r12, 32(%rax)
                      4c896828  movq %r13, 40(%rax)
                      488db800100000  leaq 4096(%rax), %rdi
                      e8aa010000  callq thread
                      4885c0  testq %rax, %rax
                      7461  jz main_end
                      4989c4  movq %rax, %r12
                      498b7c2468  movq 104(%r12), %rdi
                      498b742470  movq 112(%r12), %rsi
                      ba01000000  movl $1, %edx
                      e843060000  callq list
                      488d3d49000000  leaq finish(%rip), %rdi
                      4c89e6  movq %r12, %rsi
                      31d2  xorl %edx, %edx
                      41ff542420  callq *32(%r12)
                      31db  xorl %ebx, %ebx
                    initialize:
                      493b5c2428  cmpq 40(%r12), %rbx
                      731b  jae run
                      418b3c24  movl (%r12), %edi
                      498b742408  movq 8(%r12), %rsi
                      498b542410  movq 16(%r12), %rdx
                      498b442430  movq 48(%r12), %rax
                      ff14d8  callq *(%rax,%rbx,8)
                      48ffc3  incq %rbx
                      ebde  jmp initialize
                    run:
                      418b3c24  movl (%r12), %edi
                      498b742408  movq 8(%r12), %rsi
                      498b542410  movq 16(%r12), %rdx
                      31c0  xorl %eax, %eax
                      41ff542418  callq *24(%r12)
                    main_end:
                      415d  popq %r13
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    # finish(program): what exit runs last
                    finish:
                      53  pushq %rbx
                      4154  pushq %r12
                      50  pushq %rax
                      4989fc  movq %rdi, %r12
                      31db  xorl %ebx, %ebx
                    finish_next:
                      493b5c2438  cmpq 56(%r12), %rbx
                      730d  jae finish_end
                      498b442440  movq 64(%r12), %rax
                      ff14d8  callq *(%rax,%rbx,8)
                      48ffc3  incq %rbx
                      ebec  jmp finish_next
                    finish_end:
                      58  popq %rax
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    # maps the mailbox of descriptor edi; returns its address
                    attach:
                      53  pushq %rbx
                      89fb  movl %edi, %ebx
                      4189f8  movl %edi, %r8d
                      31ff  xorl %edi, %edi
                      be00000000[size:imm32]  movl $size, %esi
                      ba03000000  movl $3, %edx
                      41ba01000000  movl $1, %r10d
                      4531c9  xorl %r9d, %r9d
                      b809000000  movl $9, %eax
                      0f05  syscall
                      48890500000000[mailbox:rel32]  movq %rax, mailbox(%rip)
                      488900  movq %rax, (%rax)
                      488b0d00000000[dlsym:rel32]  movq dlsym(%rip), %rcx
                      48894808  movq %rcx, 8(%rax)
                      488d0dd2feffff  leaq start(%rip), %rcx
                      48894810  movq %rcx, 16(%rax)
                    # close
                      89df  movl %ebx, %edi
                      4889c3  movq %rax, %rbx
                      b803000000  movl $3, %eax
                      0f05  syscall
                      e843000000  callq own
                    # a child that something has forked before main is no guest
                      8b4b38  movl 56(%rbx), %ecx
                      85c9  testl %ecx, %ecx
                      7408  jz owned
                      39c8  cmpl %ecx, %eax
                      0f8529070000  jne stray
                    owned:
                    # a guest that has a parent ends with it: prctl(PR_SET_PDEATHSIG, SIGKILL), getppid
                      837b3000  cmpl $0, 48(%rbx)
                      741d  je attached
                      bf01000000  movl $1, %edi
                      be09000000  movl $9, %esi
                      b89d000000  movl $157, %eax
                      0f05  syscall
                      b86e000000  movl $110, %eax
                      0f05  syscall
                      3b4330  cmpl 48(%rbx), %eax
                      7505  jne orphan
                    attached:
                      4889d8  movq %rbx, %rax
                      5b  popq %rbx
                      c3  retq
                    orphan:
                      bf01000000  movl $1, %edi
                    exit_now:
                      b8e7000000  movl $231, %eax
                      0f05  syscall
                    # makes this process the guest, and returns its id; maps the page at "wiped", which the kernel wipes in children
                    own:
                      488b3d00000000[wiped:rel32]  movq wiped(%rip), %rdi
                      4885ff  testq %rdi, %rdi
                      752a  jnz advise
                    # mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                      be00100000  movl $4096, %esi
                      ba03000000  movl $3, %edx
                      41ba22000000  movl $34, %r10d
                      41b8ffffffff  movl $-1, %r8d
                      4531c9  xorl %r9d, %r9d
                      b809000000  movl $9, %eax
                      0f05  syscall
                      48890500000000[wiped:rel32]  movq %rax, wiped(%rip)
                      4889c7  movq %rax, %rdi
                    advise:
                    # madvise(wiped, 4096, MADV_WIPEONFORK); the page stays zero where that is refused
                      be00100000  movl $4096, %esi
                      ba12000000  movl $18, %edx
                      b81c000000  movl $28, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      7506  jnz identify
                      c70701000000  movl $1, (%rdi)
                    identify:
                    # getpid
                      b827000000  movl $39, %eax
                      0f05  syscall
                      890500000000[process:rel32]  movl %eax, process(%rip)
                      c3  retq
                    # fork_guest(fork, descriptor)
                    fork_guest:
                      53  pushq %rbx
                      89f3  movl %esi, %ebx
                      ffd7  callq *%rdi
                      85c0  testl %eax, %eax
                      751c  jnz forked
                      89df  movl %ebx, %edi
                      e8fbfeffff  callq attach
                      488db800100000  leaq 4096(%rax), %rdi
                      e80b000000  callq thread
                      89c7  movl %eax, %edi
                      b8e7000000  movl $231, %eax
                      0f05  syscall
                    forked:
                      5b  popq %rbx
                      c3  retq
                    thread:
                      53  pushq %rbx
                      4889fb  movq %rdi, %rbx
                      e819000000  callq enter
                      b802000000  movl $2, %eax
                      e82f000000  callq serve
                      6448c70425f8ffffff00000000  movq $0, %fs:-8
                      5b  popq %rbx
                      c3  retq
                    # makes rbx the slot of this thread
                    enter:
                      50  pushq %rax
                      6448891c25f8ffffff  movq %rbx, %fs:-8
                      ff1500000000[errno_location:rel32]  callq *errno_location(%rip)
                      48894340  movq %rax, 64(%rbx)
                      b8ba000000  movl $186, %eax
                      0f05  syscall
                      894348  movl %eax, 72(%rbx)
                      58  popq %rax
                      c3  retq
                    # eax: the message; rbx: the slot
                    serve:
                      55  pushq %rbp
                      4889e5  movq %rsp, %rbp
                      ff7350  pushq 80(%rbx)
                      53  pushq %rbx
                      48896350  movq %rsp, 80(%rbx)
                    send:
                      8703  xchgl %eax, (%rbx)
                      85c0  testl %eax, %eax
                      7914  jns wait
                      4889df  movq %rbx, %rdi
                      be01000000  movl $1, %esi
                      ba01000000  movl $1, %edx
                      b8ca000000  movl $202, %eax
                      0f05  syscall
                    wait:
                      8b4b04  movl 4(%rbx), %ecx
                    look:
                      8b03  movl (%rbx), %eax
                      a801  testb $1, %al
                      0f8587000000  jnz go
                      f390  pause
                      ffc9  decl %ecx
                      7ff0  jg look
                      e8de010000  callq require_guest
                      89c2  movl %eax, %edx
                      0fbaea1f  btsl $31, %edx
                      f00fb113  lock cmpxchgl %edx, (%rbx)
                      75dc  jne wait
                      4889df  movq %rbx, %rdi
                      31f6  xorl %esi, %esi
                      4c8b1500000000[mailbox:rel32]  movq mailbox(%rip), %r10
                      4983c250  addq $80, %r10
                      b8ca000000  movl $202, %eax
                      0f05  syscall
                      83f892  cmpl $-110, %eax
                      75c0  jne wait
                    # a host that is gone, kill(host, 0), never answers
                      418b7ae4  movl -28(%r10), %edi
                      31f6  xorl %esi, %esi
                      b83e000000  movl $62, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f888c050000  js deserted
                    # one that has ended, and that nobody has reaped: pidfd_open(host, 0), poll({descriptor, POLLIN}, 1, 0), close
                      b8b2010000  movl $434, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      78a0  js wait
                      50  pushq %rax
                      c744240401000000  movl $1, 4(%rsp)
                      4889e7  movq %rsp, %rdi
                      be01000000  movl $1, %esi
                      31d2  xorl %edx, %edx
                      b807000000  movl $7, %eax
                      0f05  syscall
                      4189c0  movl %eax, %r8d
                      5f  popq %rdi
                      b803000000  movl $3, %eax
                      0f05  syscall
                      4183f801  cmpl $1, %r8d
                      0f8452050000  je deserted
                      e96cffffff  jmp wait
                    go:
                      e85d010000  callq require_guest
                      a802  testb $2, %al
                      753e  jnz leave
                      488b7b10  movq 16(%rbx), %rdi
                      488b7318  movq 24(%rbx), %rsi
                      488b5320  movq 32(%rbx), %rdx
                      488b4b28  movq 40(%rbx), %rcx
                      4c8b4330  movq 48(%rbx), %r8
                      4c8b4b38  movq 56(%rbx), %r9
                      31c0  xorl %eax, %eax
                      ff5308  callq *8(%rbx)
                      e837010000  callq require_guest
                      48894308  movq %rax, 8(%rbx)
                      48895310  movq %rdx, 16(%rbx)
                      488b4340  movq 64(%rbx), %rax
                      8b00  movl (%rax), %eax
                      48894318  movq %rax, 24(%rbx)
                      b802000000  movl $2, %eax
                      e90bffffff  jmp send
                    leave:
                      488b4308  movq 8(%rbx), %rax
                      488b5310  movq 16(%rbx), %rdx
                      5b  popq %rbx
                      8f4350  popq 80(%rbx)
                      5d  popq %rbp
                      c3  retq
                    # eax: index of the function; arguments in their registers
                    callback:
                      41bb01000000  movl $1, %r11d
                      eb0b  jmp call_java
                    # the same; a child that something has forked exits with the first argument
                    upcall_or_exit:
                      41bb02000000  movl $2, %r11d
                      eb03  jmp call_java
                    # the same; a child that something has forked goes on
                    upcall:
                      4531db  xorl %r11d, %r11d
                    call_java:
                      53  pushq %rbx
                      4154  pushq %r12
                      4155  pushq %r13
                      4589dc  movl %r11d, %r12d
                      4189c5  movl %eax, %r13d
                      4989ca  movq %rcx, %r10
                      b827000000  movl $39, %eax
                      0f05  syscall
                      3b0500000000[process:rel32]  cmpl process(%rip), %eax
                      7570  jne no_upcall
                      4531e4  xorl %r12d, %r12d
                      64488b1c25f8ffffff  movq %fs:-8, %rbx
                      4885db  testq %rbx, %rbx
                      750b  jnz post_upcall
                      e86f000000  callq claim
                      41bc01000000  movl $1, %r12d
                    post_upcall:
                      4c896b08  movq %r13, 8(%rbx)
                      48897b10  movq %rdi, 16(%rbx)
                      48897318  movq %rsi, 24(%rbx)
                      48895320  movq %rdx, 32(%rbx)
                      4c895328  movq %r10, 40(%rbx)
                      4c894330  movq %r8, 48(%rbx)
                      4c894b38  movq %r9, 56(%rbx)
                      4585e4  testl %r12d, %r12d
                      740a  jz say_upcall
                      e85ffeffff  callq enter
                      e876000000  callq ring
                    say_upcall:
                      b804000000  movl $4, %eax
                      e870feffff  callq serve
                      4585e4  testl %r12d, %r12d
                      7414  jz upcall_done
                      6448c70425f8ffffff00000000  movq $0, %fs:-8
                      c7437000000000  movl $0, 112(%rbx)
                    upcall_done:
                      415d  popq %r13
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    no_upcall:
                      41ffcc  decl %r12d
                      0f8483040000  jz uncallable
                      0f8980000000  jns forked_off
                      31c0  xorl %eax, %eax
                      31d2  xorl %edx, %edx
                      ebe5  jmp upcall_done
                    # makes rbx a free slot, for a thread that has none; changes rax, rcx, r11
                    claim:
                      488b1d00000000[mailbox:rel32]  movq mailbox(%rip), %rbx
                      4881c300000000[foreign:imm32]  addq $foreign, %rbx
                      41bb40000000  movl $64, %r11d
                    claim_next:
                      31c0  xorl %eax, %eax
                      b901000000  movl $1, %ecx
                      f00fb14b70  lock cmpxchgl %ecx, 112(%rbx)
                      7415  je claimed
                      4881c380000000  addq $128, %rbx
                      41ffcb  decl %r11d
                      75e6  jnz claim_next
                    # sched_yield
                      b818000000  movl $24, %eax
                      0f05  syscall
                      ebc9  jmp claim
                    claimed:
                      c3  retq
                    # tells the host that a slot has been claimed
                    ring:
                      488b3d00000000[mailbox:rel32]  movq mailbox(%rip), %rdi
                      4883c740  addq $64, %rdi
                      f0ff07  lock incl (%rdi)
                      be01000000  movl $1, %esi
                      ba01000000  movl $1, %edx
                      b8ca000000  movl $202, %eax
                      0f05  syscall
                      c3  retq
                    # ends a process that the guest has forked; changes rcx, rdi, r10, r11
                    require_guest:
                      31ff  xorl %edi, %edi
                    # the same; edi: the status of the process that ends
                    guest_or_exit:
                      4c8b1500000000[wiped:rel32]  movq wiped(%rip), %r10
                      41833a00  cmpl $0, (%r10)
                      7401  je ask
                      c3  retq
                    # getpid
                    ask:
                      50  pushq %rax
                      b827000000  movl $39, %eax
                      0f05  syscall
                      3b0500000000[process:rel32]  cmpl process(%rip), %eax
                      58  popq %rax
                      7501  jne forked_off
                      c3  retq
                    # it ends as one whose main returns; edi: the status
                    forked_off:
                      4883e4f0  andq $-16, %rsp
                      ff1500000000[exit:rel32]  callq *exit(%rip)
                      f4  hlt
                    # checkpoint(pause slot, fork, flags, parent, descriptor)
                    checkpoint:
                      53  pushq %rbx
                      4154  pushq %r12
                      4155  pushq %r13
                      4156  pushq %r14
                      4157  pushq %r15
                      55  pushq %rbp
                      4883ec08  subq $8, %rsp
                      4989fc  movq %rdi, %r12
                      4989f6  movq %rsi, %r14
                      4589442474  movl %r8d, 116(%r12)
                      4189cf  movl %ecx, %r15d
                      64488b1c25f8ffffff  movq %fs:-8, %rbx
                      4c8b6b40  movq 64(%rbx), %r13
                    # clone(flags, 0, 0, 0, 0)
                      89d7  movl %edx, %edi
                      31f6  xorl %esi, %esi
                      31d2  xorl %edx, %edx
                      4531d2  xorl %r10d, %r10d
                      4531c0  xorl %r8d, %r8d
                      b838000000  movl $56, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f8591000000  jnz parent
                    # getpid
                      b827000000  movl $39, %eax
                      0f05  syscall
                      89c5  movl %eax, %ebp
                      41ffd6  callq *%r14
                      85c0  testl %eax, %eax
                      741c  jz paused
                      4863c0  movslq %eax, %rax
                      4989442448  movq %rax, 72(%r12)
                    # setpgid(copy, copy)
                      89c7  movl %eax, %edi
                      89c6  movl %eax, %esi
                      b86d000000  movl $109, %eax
                      0f05  syscall
                      31ff  xorl %edi, %edi
                      b83c000000  movl $60, %eax
                      0f05  syscall
                    paused:
                      4c89e3  movq %r12, %rbx
                      4c896b40  movq %r13, 64(%rbx)
                    # close
                      8b7b74  movl 116(%rbx), %edi
                      b803000000  movl $3, %eax
                      0f05  syscall
                      4585ff  testl %r15d, %r15d
                      743e  jz bound
                    # waits until it is the child of the parent that is named: getppid, sched_yield
                    adopted:
                      b86e000000  movl $110, %eax
                      0f05  syscall
                      4439f8  cmpl %r15d, %eax
                      7411  je bind
                      39e8  cmpl %ebp, %eax
                      0f8549fcffff  jne orphan
                      b818000000  movl $24, %eax
                      0f05  syscall
                      ebe3  jmp adopted
                    # ends with it: prctl(PR_SET_PDEATHSIG, SIGKILL), getppid
                    bind:
                      bf01000000  movl $1, %edi
                      be09000000  movl $9, %esi
                      b89d000000  movl $157, %eax
                      0f05  syscall
                      b86e000000  movl $110, %eax
                      0f05  syscall
                      4439f8  cmpl %r15d, %eax
                      0f851ffcffff  jne orphan
                    bound:
                      e826fcffff  callq own
                      b802000000  movl $2, %eax
                      e8e4fcffff  callq serve
                      eb18  jmp resumed
                    parent:
                      89c7  movl %eax, %edi
                      31f6  xorl %esi, %esi
                      ba00000040  movl $0x40000000, %edx
                      4531d2  xorl %r10d, %r10d
                      b83d000000  movl $61, %eax
                      0f05  syscall
                      498b442448  movq 72(%r12), %rax
                    resumed:
                      4883c408  addq $8, %rsp
                      5d  popq %rbp
                      415f  popq %r15
                      415e  popq %r14
                      415d  popq %r13
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    # handler(signal, siginfo, ucontext)
                    handler:
                      53  pushq %rbx
                      4154  pushq %r12
                      4155  pushq %r13
                      4989d4  movq %rdx, %r12
                      4189fd  movl %edi, %r13d
                      b827000000  movl $39, %eax
                      0f05  syscall
                      3b0500000000[process:rel32]  cmpl process(%rip), %eax
                      0f85a6000000  jne die
                    # kill(host, 0): nobody answers if the host is gone
                      4989f0  movq %rsi, %r8
                      488b0500000000[mailbox:rel32]  movq mailbox(%rip), %rax
                      8b7834  movl 52(%rax), %edi
                      31f6  xorl %esi, %esi
                      b83e000000  movl $62, %eax
                      0f05  syscall
                      4c89c6  movq %r8, %rsi
                      85c0  testl %eax, %eax
                      0f8885000000  js die
                      64488b1c25f8ffffff  movq %fs:-8, %rbx
                      4885db  testq %rbx, %rbx
                      751b  jnz report
                      e82dfeffff  callq claim
                      48c7435000000000  movq $0, 80(%rbx)
                      56  pushq %rsi
                      52  pushq %rdx
                      e83afcffff  callq enter
                      e851feffff  callq ring
                      5a  popq %rdx
                      5e  popq %rsi
                    report:
                      44896b58  movl %r13d, 88(%rbx)
                      8b4608  movl 8(%rsi), %eax
                      89435c  movl %eax, 92(%rbx)
                      488b4610  movq 16(%rsi), %rax
                      48894360  movq %rax, 96(%rbx)
                      48895368  movq %rdx, 104(%rbx)
                      b806000000  movl $6, %eax
                      e833fcffff  callq serve
                      85c0  testl %eax, %eax
                      7438  jz die
                      488b4b50  movq 80(%rbx), %rcx
                      49898c24a0000000  movq %rcx, 0xa0(%r12)
                      4883c110  addq $16, %rcx
                      49894c2478  movq %rcx, 0x78(%r12)
                      49899c2480000000  movq %rbx, 0x80(%r12)
                      488d0d68000000  leaq recovered(%rip), %rcx
                      49898c24a8000000  movq %rcx, 0xa8(%r12)
                      490fbab424b00000000a  btrq $10, 0xb0(%r12)
                      eb4e  jmp handled
                    # the default action, when the signal comes again after the return
                    die:
                      4883ec20  subq $32, %rsp
                      31c0  xorl %eax, %eax
                      48890424  movq %rax, (%rsp)
                      4889442408  movq %rax, 8(%rsp)
                      4889442410  movq %rax, 16(%rsp)
                      4889442418  movq %rax, 24(%rsp)
                      4489ef  movl %r13d, %edi
                      4889e6  movq %rsp, %rsi
                      31d2  xorl %edx, %edx
                      41ba08000000  movl $8, %r10d
                      b80d000000  movl $13, %eax
                      0f05  syscall
                      4883c420  addq $32, %rsp
                      b8ba000000  movl $186, %eax
                      0f05  syscall
                      89c6  movl %eax, %esi
                      b827000000  movl $39, %eax
                      0f05  syscall
                      89c7  movl %eax, %edi
                      4489ea  movl %r13d, %edx
                      b8ea000000  movl $234, %eax
                      0f05  syscall
                    handled:
                      415d  popq %r13
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    recovered:
                      8b4358  movl 88(%rbx), %eax
                      480fbae83f  btsq $63, %rax
                      48894318  movq %rax, 24(%rbx)
                      b802000000  movl $2, %eax
                      e999fbffff  jmp send
                    # list(entries, count, whether a child that a call forks goes on)
                    list:
                      53  pushq %rbx
                      4154  pushq %r12
                      4155  pushq %r13
                      4156  pushq %r14
                      50  pushq %rax
                      4889fb  movq %rdi, %rbx
                      4989f4  movq %rsi, %r12
                      4189d6  movl %edx, %r14d
                      4531ed  xorl %r13d, %r13d
                    list_next:
                      4d39e5  cmpq %r12, %r13
                      7347  jae list_end
                      488b7b08  movq 8(%rbx), %rdi
                      488b7310  movq 16(%rbx), %rsi
                      488b5318  movq 24(%rbx), %rdx
                      488b4b20  movq 32(%rbx), %rcx
                      4c8b4328  movq 40(%rbx), %r8
                      4c8b4b30  movq 48(%rbx), %r9
                      31c0  xorl %eax, %eax
                      ff13  callq *(%rbx)
                      4585f6  testl %r14d, %r14d
                      7505  jnz list_made
                      e86afdffff  callq require_guest
                    list_made:
                      488903  movq %rax, (%rbx)
                      49ffc5  incq %r13
                      4883c340  addq $64, %rbx
                      83f8ff  cmpl $-1, %eax
                      75c6  jne list_next
                      f643f801  testb $1, -8(%rbx)
                      74c0  jz list_next
                      ff1500000000[errno_location:rel32]  callq *errno_location(%rip)
                      8b00  movl (%rax), %eax
                      488943c8  movq %rax, -56(%rbx)
                    list_end:
                      4c89e8  movq %r13, %rax
                      59  popq %rcx
                      415e  popq %r14
                      415d  popq %r13
                      415c  popq %r12
                      5b  popq %rbx
                      c3  retq
                    # marshal(fn, block)
                    marshal:
                      55  pushq %rbp
                      4889e5  movq %rsp, %rbp
                      53  pushq %rbx
                      4154  pushq %r12
                      4889f3  movq %rsi, %rbx
                      4989fc  movq %rdi, %r12
                      488b4b38  movq 56(%rbx), %rcx
                      488d4101  leaq 1(%rcx), %rax
                      4883e0fe  andq $-2, %rax
                      48c1e003  shlq $3, %rax
                      4829c4  subq %rax, %rsp
                      4889e7  movq %rsp, %rdi
                      488db3c0000000  leaq 192(%rbx), %rsi
                      f348a5  rep movsq
                      0f284340  movaps 64(%rbx), %xmm0
                      0f284b50  movaps 80(%rbx), %xmm1
                      0f285360  movaps 96(%rbx), %xmm2
                      0f285b70  movaps 112(%rbx), %xmm3
                      0f28a380000000  movaps 128(%rbx), %xmm4
                      0f28ab90000000  movaps 144(%rbx), %xmm5
                      0f28b3a0000000  movaps 160(%rbx), %xmm6
                      0f28bbb0000000  movaps 176(%rbx), %xmm7
                      488b3b  movq (%rbx), %rdi
                      488b7308  movq 8(%rbx), %rsi
                      488b5310  movq 16(%rbx), %rdx
                      488b4b18  movq 24(%rbx), %rcx
                      4c8b4320  movq 32(%rbx), %r8
                      4c8b4b28  movq 40(%rbx), %r9
                      488b4330  movq 48(%rbx), %rax
                      41ffd4  callq *%r12
                      e8c1fcffff  callq require_guest
                      488903  movq %rax, (%rbx)
                      48895308  movq %rdx, 8(%rbx)
                      0f294340  movaps %xmm0, 64(%rbx)
                      0f294b50  movaps %xmm1, 80(%rbx)
                      488d65f0  leaq -16(%rbp), %rsp
                      415c  popq %r12
                      5b  popq %rbx
                      5d  popq %rbp
                      c3  retq
                    # store(address, word)
                    store:
                      488937  movq %rsi, (%rdi)
                      31c0  xorl %eax, %eax
                      c3  retq
                    # run_main(argc, argv, envp, main)
                    run_main:
                      50  pushq %rax
                      ffd1  callq *%rcx
                      89c7  movl %eax, %edi
                      e89bfcffff  callq guest_or_exit
                      59  popq %rcx
                      c3  retq
                    # eax: index of the function; all other registers as the caller left them
                    callback_all:
                      55  pushq %rbp
                      4889e5  movq %rsp, %rbp
                      4881ecc0000000  subq $192, %rsp
                      48893c24  movq %rdi, (%rsp)
                      4889742408  movq %rsi, 8(%rsp)
                      4889542410  movq %rdx, 16(%rsp)
                      48894c2418  movq %rcx, 24(%rsp)
                      4c89442420  movq %r8, 32(%rsp)
                      4c894c2428  movq %r9, 40(%rsp)
                      488d4d10  leaq 16(%rbp), %rcx
                      48894c2430  movq %rcx, 48(%rsp)
                      0f29442440  movaps %xmm0, 64(%rsp)
                      0f294c2450  movaps %xmm1, 80(%rsp)
                      0f29542460  movaps %xmm2, 96(%rsp)
                      0f295c2470  movaps %xmm3, 112(%rsp)
                      0f29a42480000000  movaps %xmm4, 128(%rsp)
                      0f29ac2490000000  movaps %xmm5, 144(%rsp)
                      0f29b424a0000000  movaps %xmm6, 160(%rsp)
                      0f29bc24b0000000  movaps %xmm7, 176(%rsp)
                      4889e7  movq %rsp, %rdi
                      e81dfbffff  callq callback
                      488b0424  movq (%rsp), %rax
                      488b542408  movq 8(%rsp), %rdx
                      0f28442440  movaps 64(%rsp), %xmm0
                      0f284c2450  movaps 80(%rsp), %xmm1
                      c9  leave
                      c3  retq
                    # write(2, text), for nobody else can tell the user
                    deserted:
                      488d358d000000  leaq deserted_text(%rip), %rsi
                      ba34000000  movl $52, %edx
                    fail:
                      41b801000000  movl $1, %r8d
                    tell:
                      bf02000000  movl $2, %edi
                      b801000000  movl $1, %eax
                      0f05  syscall
                      4489c7  movl %r8d, %edi
                      e904f9ffff  jmp exit_now
                    stray:
                      488d351b000000  leaq stray_text(%rip), %rsi
                      ba4c000000  movl $76, %edx
                      ebd8  jmp fail
                    # the status is that of a program whose function the dynamic linker does not find
                    uncallable:
                      488d358d000000  leaq uncallable_text(%rip), %rsi
                      ba5c000000  movl $92, %edx
                      41b87f000000  movl $127, %r8d
                      ebca  jmp tell
                    stray_text:
                      6f7263696e75733a2061206c6962726172792068617320666f726b6564206265666f7265207468652070726f6772616d20  .ascii "orcinus: a library has forked before the program "
                      776173206c696e6b65643a20697473206368696c6420656e64730a  .ascii "was linked: its child ends\\n"
                    deserted_text:
                      6f7263696e75733a207468652070726f63657373207468617420  .ascii "orcinus: the process that "
                      7365727665642074686973206f6e652068617320656e6465640a  .ascii "served this one has ended\\n"
                    uncallable_text:
                      6f7263696e75733a206120666f726b6564206368696c64206861732063616c6c65642061204a6176612066756e6374696f6e2c20  .ascii "orcinus: a forked child has called a Java function, "
                      7768696368206f6e6c792069747320706172656e742063616e2063616c6c3a20697420656e64730a  .ascii "which only its parent can call: it ends\\n"
                    # r12: what start has read; never returns
                    enter_program:
                      498b442448  movq 72(%r12), %rax
                      498b642450  movq 80(%r12), %rsp
                      498b742458  movq 88(%r12), %rsi
                      498b4c2460  movq 96(%r12), %rcx
                      4889e7  movq %rsp, %rdi
                      f348a5  rep movsq
                      48894424f8  movq %rax, -8(%rsp)
                      31c0  xorl %eax, %eax
                      31db  xorl %ebx, %ebx
                      31d2  xorl %edx, %edx
                      31f6  xorl %esi, %esi
                      31ff  xorl %edi, %edi
                      31ed  xorl %ebp, %ebp
                      4531c0  xorl %r8d, %r8d
                      4531c9  xorl %r9d, %r9d
                      4531d2  xorl %r10d, %r10d
                      4531db  xorl %r11d, %r11d
                      4531e4  xorl %r12d, %r12d
                      4531ed  xorl %r13d, %r13d
                      4531f6  xorl %r14d, %r14d
                      4531ff  xorl %r15d, %r15d
                      ff6424f8  jmpq *-8(%rsp)
                    """);

    private X64GuestCode() {}
}

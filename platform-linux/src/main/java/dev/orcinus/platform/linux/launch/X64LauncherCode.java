package dev.orcinus.platform.linux.launch;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of the launcher for x86-64, without a C library. The numbers of system calls are
 * those of {@code <asm/unistd_64.h>}. {@link LauncherFile} says what it does.
 */
final class X64LauncherCode {
    static final CodeListing CODE =
            CodeListing.x64(
                    """
                    start:
                    # rbp: argc, argv, envp; ebx: argc; r14: the length of the control message
                      4889e5  movq %rsp, %rbp
                      8b5d00  movl (%rbp), %ebx
                      85db  testl %ebx, %ebx
                      0f84ef030000  jz fail
                      4881ec40210000  subq $8512, %rsp
                      83fb02  cmpl $2, %ebx
                      0f82bb030000  jb cold
                      488b7510  movq 16(%rbp), %rsi
                      41be18000000  movl $24, %r14d
                      813e72756e00  cmpl $0x6e7572, (%rsi)
                      745e  je program
                    # filedescs=IN,OUT
                      bf00000000[filedescs:imm32]  movl $filedescs, %edi
                      e8ee030000  call match
                      7517  jne adopt
                      e8fa030000  call number
                      803e2c  cmpb $44, (%rsi)
                      0f858f030000  jne cold
                      89442418  movl %eax, 24(%rsp)
                      48ffc6  incq %rsi
                      eb23  jmp last
                    # socket:adopt=FD
                    adopt:
                      488b7510  movq 16(%rbp), %rsi
                      bf00000000[socket:imm32]  movl $socket, %edi
                      e8c7030000  call match
                      0f8572030000  jne cold
                      4889f7  movq %rsi, %rdi
                      e8cc030000  call number
                      89442418  movl %eax, 24(%rsp)
                      4889fe  movq %rdi, %rsi
                    last:
                      e8c0030000  call number
                      803e00  cmpb $0, (%rsi)
                      0f8555030000  jne cold
                      8944241c  movl %eax, 28(%rsp)
                      41be20000000  movl $32, %r14d
                    # getpid
                    program:
                      b827000000  movl $39, %eax
                      0f05  syscall
                      83f801  cmpl $1, %eax
                      0f843b030000  je cold
                    # what the user wishes
                      bf00000000[daemon:imm32]  movl $daemon, %edi
                      e8c0030000  call variable
                      7519  jne asked
                      813e6f666600  cmpl $0x66666f, (%rsi)
                      0f8423030000  je cold
                      66813e6f6e  cmpw $0x6e6f, (%rsi)
                      7506  jne asked
                      807e0200  cmpb $0, 2(%rsi)
                      7415  je find
                    asked:
                      bf00000000[job:imm32]  movl $job, %edi
                      e89b030000  call variable
                      7509  jne find
                      803e00  cmpb $0, (%rsi)
                      0f8501030000  jne cold
                    # struct sockaddr_un
                    find:
                      bf00000000[folder:imm32]  movl $folder, %edi
                      e886030000  call variable
                      0f85f1020000  jne cold
                      803e2f  cmpb $47, (%rsi)
                      0f85e8020000  jne cold
                      48c784241e01000000000000  movq $0, 286(%rsp)
                      66c78424b80000000100  movw $1, 184(%rsp)
                      488dbc24ba000000  leaq 186(%rsp), %rdi
                      4c8d842426010000  leaq 294(%rsp), %r8
                      e86e030000  call append
                      be00000000[place:imm32]  movl $place, %esi
                      e864030000  call append
                    # socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
                      bf01000000  movl $1, %edi
                      be01000800  movl $0x80001, %esi
                      31d2  xorl %edx, %edx
                      b829000000  movl $41, %eax
                      0f05  syscall
                    # below 3, a standard stream is closed
                      83f803  cmpl $3, %eax
                      0f8c97020000  jl cold
                      4189c4  movl %eax, %r12d
                    # SO_SNDTIMEO, SO_RCVTIMEO: 250 ms
                      48c744244000000000  movq $0, 64(%rsp)
                      48c744244890d00300  movq $250000, 72(%rsp)
                      ba15000000  movl $21, %edx
                      e843030000  call limit
                      ba14000000  movl $20, %edx
                      e839030000  call limit
                    # connect
                      4489e7  movl %r12d, %edi
                      488db424b8000000  leaq 184(%rsp), %rsi
                      ba6e000000  movl $110, %edx
                      b82a000000  movl $42, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f854f020000  jnz cold
                    # getsockopt(SO_PEERCRED), geteuid
                      c78424b40000000c000000  movl $12, 180(%rsp)
                      4489e7  movl %r12d, %edi
                      be01000000  movl $1, %esi
                      ba11000000  movl $17, %edx
                      4c8d9424a8000000  leaq 168(%rsp), %r10
                      4c8d8424b4000000  leaq 180(%rsp), %r8
                      b837000000  movl $55, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f8518020000  jnz cold
                      b86b000000  movl $107, %eax
                      0f05  syscall
                      398424ac000000  cmpl %eax, 172(%rsp)
                      0f8504020000  jne cold
                    # recvfrom: one byte says that somebody serves us
                      4489e7  movl %r12d, %edi
                      488db42428010000  leaq 296(%rsp), %rsi
                      ba01000000  movl $1, %edx
                      4531d2  xorl %r10d, %r10d
                      4531c0  xorl %r8d, %r8d
                      4531c9  xorl %r9d, %r9d
                      b82d000000  movl $45, %eax
                      0f05  syscall
                      83f801  cmpl $1, %eax
                      0f85db010000  jne cold
                      80bc242801000041  cmpb $65, 296(%rsp)
                      0f85cd010000  jne cold
                    # SO_RCVTIMEO: none
                      48c744244800000000  movq $0, 72(%rsp)
                      ba14000000  movl $20, %edx
                      e885020000  call limit
                    # open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)
                      bf00000000[here:imm32]  movl $here, %edi
                      be00002900  movl $0x290000, %esi
                      b802000000  movl $2, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f88a1010000  js cold
                      89442410  movl %eax, 16(%rsp)
                      c744241402000000  movl $2, 20(%rsp)
                    # umask
                      31ff  xorl %edi, %edi
                      b85f000000  movl $95, %eax
                      0f05  syscall
                      89442434  movl %eax, 52(%rsp)
                      89c7  movl %eax, %edi
                      b85f000000  movl $95, %eax
                      0f05  syscall
                    # the arguments and the environment lie one behind the other
                      488d7508  leaq 8(%rbp), %rsi
                      488b3e  movq (%rsi), %rdi
                      4889bc2498000000  movq %rdi, 152(%rsp)
                      e851020000  call strings
                      8954242c  movl %edx, 44(%rsp)
                      e848020000  call strings
                      89542430  movl %edx, 48(%rsp)
                      482bbc2498000000  subq 152(%rsp), %rdi
                      4889bc24a0000000  movq %rdi, 160(%rsp)
                      897c2428  movl %edi, 40(%rsp)
                    # sendmsg(MSG_NOSIGNAL)
                      48b80000000000000000[build:imm64]  movabsq $build, %rax
                      4889442420  movq %rax, 32(%rsp)
                      488d742420  leaq 32(%rsp), %rsi
                      ba18000000  movl $24, %edx
                      b902000000  movl $2, %ecx
                      e834020000  call message
                      4c893424  movq %r14, 0(%rsp)
                      c744240801000000  movl $1, 8(%rsp)
                      c744240c01000000  movl $1, 12(%rsp)
                      ba00400000  movl $0x4000, %edx
                      b82e000000  movl $46, %eax
                      0f05  syscall
                      4883e818  subq $24, %rax
                      483b8424a0000000  cmpq 160(%rsp), %rax
                      0f85f5000000  jne cold
                    # recvmsg(MSG_CMSG_CLOEXEC)
                    answer:
                      488db42428010000  leaq 296(%rsp), %rsi
                      ba00200000  movl $8192, %edx
                      b901000000  movl $1, %ecx
                      41be18000000  movl $24, %r14d
                      e8e5010000  call message
                      ba00000040  movl $0x40000000, %edx
                      b82f000000  movl $47, %eax
                      0f05  syscall
                      83f8fc  cmpl $-4, %eax
                      74d2  je answer
                      83f808  cmpl $8, %eax
                      0f8cbe000000  jl cold
                      663984242a010000  cmpw %ax, 298(%rsp)
                      0f8585000000  jne refuse
                      80bc242801000045  cmpb $69, 296(%rsp)
                      0f84e3000000  je end
                      80bc242801000058  cmpb $88, 296(%rsp)
                      756d  jne refuse
                      48833c2414  cmpq $20, 0(%rsp)
                      7566  jne refuse
                    # dup3, which refuses equal descriptors; eax: the small length of the answer
                      8b7c2410  movl 16(%rsp), %edi
                      8bb4242c010000  movl 300(%rsp), %esi
                      99  cltd
                      66b82401  movw $292, %ax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      7850  js refuse
                    # argv: a name, and the last arguments
                      89d8  movl %ebx, %eax
                      2b842430010000  subl 304(%rsp), %eax
                      4c8d6cc500  leaq (%rbp,%rax,8), %r13
                      4d8b7500  movq (%r13), %r14
                      488dbc2434010000  leaq 308(%rsp), %rdi
                      4989ff  movq %rdi, %r15
                      31c0  xorl %eax, %eax
                      48c7c1ffffffff  movq $-1, %rcx
                      f2ae  repne scasb
                      49897d00  movq %rdi, (%r13)
                    # execve
                      4c89ff  movq %r15, %rdi
                      4c89ee  movq %r13, %rsi
                      488d54dd10  leaq 16(%rbp,%rbx,8), %rdx
                      b83b000000  movl $59, %eax
                      0f05  syscall
                      4d897500  movq %r14, (%r13)
                    # close
                      8bbc242c010000  movl 300(%rsp), %edi
                      b803000000  movl $3, %eax
                      0f05  syscall
                    # sendto(MSG_NOSIGNAL): the answer is of no use
                    refuse:
                      c684242801000046  movb $70, 296(%rsp)
                      4489e7  movl %r12d, %edi
                      488db42428010000  leaq 296(%rsp), %rsi
                      ba01000000  movl $1, %edx
                      41ba00400000  movl $0x4000, %r10d
                      4531c0  xorl %r8d, %r8d
                      4531c9  xorl %r9d, %r9d
                      b82c000000  movl $44, %eax
                      0f05  syscall
                    # execve(script, [script, "--cold", argv[1]...], envp)
                    cold:
                      48c7450000000000[script:imm32]  movq $script, (%rbp)
                      48c7450800000000[option:imm32]  movq $option, 8(%rbp)
                      bf00000000[script:imm32]  movl $script, %edi
                      4889ee  movq %rbp, %rsi
                      488d54dd10  leaq 16(%rbp,%rbx,8), %rdx
                      b83b000000  movl $59, %eax
                      0f05  syscall
                    # write, exit_group(126)
                    fail:
                      bf02000000  movl $2, %edi
                      be00000000[failure:imm32]  movl $failure, %esi
                      ba00000000[failure_bytes:imm32]  movl $failure_bytes, %edx
                      b801000000  movl $1, %eax
                      0f05  syscall
                      bf7e000000  movl $126, %edi
                      eb07  jmp exit
                    end:
                      8bbc242c010000  movl 300(%rsp), %edi
                    exit:
                      b8e7000000  movl $231, %eax
                      0f05  syscall
                    # is text rsi the name rdi and more? rsi: the rest
                    match:
                      8a07  movb (%rdi), %al
                      84c0  testb %al, %al
                      740c  jz matched
                      3806  cmpb %al, (%rsi)
                      7508  jne matched
                      48ffc7  incq %rdi
                      48ffc6  incq %rsi
                      ebee  jmp match
                    matched:
                      c3  ret
                    # eax: the decimal number at rsi, of 1 to 6 digits; rsi: the rest
                    number:
                      31c0  xorl %eax, %eax
                      b906000000  movl $6, %ecx
                    digit:
                      0fb616  movzbl (%rsi), %edx
                      83ea30  subl $48, %edx
                      83fa09  cmpl $9, %edx
                      7711  ja number_end
                      6bc00a  imull $10, %eax, %eax
                      01d0  addl %edx, %eax
                      48ffc6  incq %rsi
                      ffc9  decl %ecx
                      75e9  jnz digit
                      e97bffffff  jmp cold
                    number_end:
                      83f906  cmpl $6, %ecx
                      0f8472ffffff  je cold
                      c3  ret
                    # rsi: the value of the variable whose name and equals sign are at edi; not equal if there is none
                    variable:
                      4c8d44dd10  leaq 16(%rbp,%rbx,8), %r8
                      4189f9  movl %edi, %r9d
                    variable_next:
                      498b30  movq (%r8), %rsi
                      4983c008  addq $8, %r8
                      4885f6  testq %rsi, %rsi
                      740b  jz variable_none
                      4489cf  movl %r9d, %edi
                      e8a4ffffff  call match
                      75ea  jne variable_next
                      c3  ret
                    variable_none:
                      ffc6  incl %esi
                      c3  ret
                    # copies the text rsi to rdi, which stays before r8; rdi: its end
                    append:
                      4c39c7  cmpq %r8, %rdi
                      0f8346ffffff  jae cold
                      8a06  movb (%rsi), %al
                      8807  movb %al, (%rdi)
                      84c0  testb %al, %al
                      7408  jz appended
                      48ffc6  incq %rsi
                      48ffc7  incq %rdi
                      ebe7  jmp append
                    appended:
                      c3  ret
                    # setsockopt(SOL_SOCKET, edx)
                    limit:
                      4489e7  movl %r12d, %edi
                      be01000000  movl $1, %esi
                      4c8d542448  leaq 72(%rsp), %r10
                      41b810000000  movl $16, %r8d
                      b836000000  movl $54, %eax
                      0f05  syscall
                      c3  ret
                    # follows the pointers at rsi up to null, the first to the text at rdi; edx: their number
                    strings:
                      31d2  xorl %edx, %edx
                    string:
                      488b0e  movq (%rsi), %rcx
                      4883c608  addq $8, %rsi
                      4885c9  testq %rcx, %rcx
                      7418  jz strings_end
                      4839cf  cmpq %rcx, %rdi
                      0f8503ffffff  jne cold
                      48c7c1ffffffff  movq $-1, %rcx
                      31c0  xorl %eax, %eax
                      f2ae  repne scasb
                      ffc2  incl %edx
                      ebdc  jmp string
                    strings_end:
                      c3  ret
                    # edi, rsi: the socket and a message of ecx parts, of which the first is rdx bytes at rsi
                    message:
                      4889b42490000000  movq %rsi, 144(%rsp)
                      4889942498000000  movq %rdx, 152(%rsp)
                      488d842490000000  leaq 144(%rsp), %rax
                      48c744245800000000  movq $0, 88(%rsp)
                      c744246000000000  movl $0, 96(%rsp)
                      4889442468  movq %rax, 104(%rsp)
                      48894c2470  movq %rcx, 112(%rsp)
                      488d442408  leaq 8(%rsp), %rax
                      4889442478  movq %rax, 120(%rsp)
                      4c89b42480000000  movq %r14, 128(%rsp)
                      c784248800000000000000  movl $0, 136(%rsp)
                      4489e7  movl %r12d, %edi
                      488d742458  leaq 88(%rsp), %rsi
                      c3  ret
                    """);

    private X64LauncherCode() {}
}

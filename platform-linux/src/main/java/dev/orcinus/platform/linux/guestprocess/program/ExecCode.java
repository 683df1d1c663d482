package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of {@link ExecFile}: opens the mailbox of a guest under the descriptor by which
 * the guest finds it, and executes the guest's program. If the process's limit of open files allows
 * no descriptor as high as that, the limit is raised as far as it may be until the descriptor is
 * there. If something fails, it exits with 126, as shells do.
 */
final class ExecCode {
    static final CodeListing X64 =
            CodeListing.x64(
                    """
                    # open(mailbox, O_RDWR)
                      bf00000000[mailbox:imm32]  movl $mailbox, %edi
                      be02000000  movl $2, %esi
                      b802000000  movl $2, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      0f888f000000  js failed
                    # dup2
                      89c3  movl %eax, %ebx
                      89df  movl %ebx, %edi
                      be00000000[descriptor:imm32]  movl $descriptor, %esi
                      b821000000  movl $33, %eax
                      0f05  syscall
                      85c0  testl %eax, %eax
                      795c  jns moved
                    # prlimit64(0, RLIMIT_NOFILE, 0, &old)
                      4883ec20  subq $32, %rsp
                      31ff  xorl %edi, %edi
                      be07000000  movl $7, %esi
                      31d2  xorl %edx, %edx
                      4989e2  movq %rsp, %r10
                      b82e010000  movl $302, %eax
                      0f05  syscall
                    # prlimit64(0, RLIMIT_NOFILE, {old.rlim_max, old.rlim_max}, 0)
                      488b442408  movq 8(%rsp), %rax
                      4889442410  movq %rax, 16(%rsp)
                      4889442418  movq %rax, 24(%rsp)
                      488d542410  leaq 16(%rsp), %rdx
                      4531d2  xorl %r10d, %r10d
                      b82e010000  movl $302, %eax
                      0f05  syscall
                    # dup2
                      89df  movl %ebx, %edi
                      be00000000[descriptor:imm32]  movl $descriptor, %esi
                      b821000000  movl $33, %eax
                      0f05  syscall
                      4189c4  movl %eax, %r12d
                    # prlimit64(0, RLIMIT_NOFILE, &old, 0)
                      31ff  xorl %edi, %edi
                      be07000000  movl $7, %esi
                      4889e2  movq %rsp, %rdx
                      b82e010000  movl $302, %eax
                      0f05  syscall
                      4585e4  testl %r12d, %r12d
                      781f  js failed
                    # close
                    moved:
                      89df  movl %ebx, %edi
                      b803000000  movl $3, %eax
                      0f05  syscall
                    # execve(path, argv, envp)
                      bf00000000[path:imm32]  movl $path, %edi
                      be00000000[argv:imm32]  movl $argv, %esi
                      ba00000000[envp:imm32]  movl $envp, %edx
                      b83b000000  movl $59, %eax
                      0f05  syscall
                    # exit_group
                    failed:
                      bf7e000000  movl $126, %edi
                      b8e7000000  movl $231, %eax
                      0f05  syscall
                    """);

    static final CodeListing AARCH64 =
            CodeListing.aarch64(
                    """
                    # openat(AT_FDCWD, mailbox, O_RDWR)
                      600c8092  mov x0, #-100
                      01060058  ldr x1, mailbox_at
                      420080d2  mov x2, #2
                      080780d2  mov x8, #56
                      010000d4  svc #0
                      2005f837  tbnz w0, #31, failed
                    # dup3
                      f30300aa  mov x19, x0
                      01008052[descriptor:move16]  mov w1, #:abs_g0:descriptor
                      e2031faa  mov x2, xzr
                      080380d2  mov x8, #24
                      010000d4  svc #0
                      6003f836  tbz w0, #31, moved
                    # prlimit64(0, RLIMIT_NOFILE, 0, &old)
                      ff8300d1  sub sp, sp, #32
                      e0031faa  mov x0, xzr
                      e10080d2  mov x1, #7
                      e2031faa  mov x2, xzr
                      e3030091  mov x3, sp
                      a82080d2  mov x8, #261
                      010000d4  svc #0
                    # prlimit64(0, RLIMIT_NOFILE, {old.rlim_max, old.rlim_max}, 0)
                      e0031faa  mov x0, xzr
                      e30740f9  ldr x3, [sp, #8]
                      e30f01a9  stp x3, x3, [sp, #16]
                      e2430091  add x2, sp, #16
                      e3031faa  mov x3, xzr
                      010000d4  svc #0
                    # dup3
                      e00313aa  mov x0, x19
                      01008052[descriptor:move16]  mov w1, #:abs_g0:descriptor
                      e2031faa  mov x2, xzr
                      080380d2  mov x8, #24
                      010000d4  svc #0
                      f40300aa  mov x20, x0
                    # prlimit64(0, RLIMIT_NOFILE, &old, 0)
                      e0031faa  mov x0, xzr
                      e10080d2  mov x1, #7
                      e2030091  mov x2, sp
                      e3031faa  mov x3, xzr
                      a82080d2  mov x8, #261
                      010000d4  svc #0
                      3401f837  tbnz w20, #31, failed
                    # close
                    moved:
                      e00313aa  mov x0, x19
                      280780d2  mov x8, #57
                      010000d4  svc #0
                    # execve(path, argv, envp)
                      40010058  ldr x0, path_at
                      61010058  ldr x1, argv_at
                      82010058  ldr x2, envp_at
                      a81b80d2  mov x8, #221
                      010000d4  svc #0
                    # exit_group
                    failed:
                      c00f80d2  mov x0, #126
                      c80b80d2  mov x8, #94
                      010000d4  svc #0
                    mailbox_at:
                      0000000000000000[mailbox:word64]  .quad mailbox
                    path_at:
                      0000000000000000[path:word64]  .quad path
                    argv_at:
                      0000000000000000[argv:word64]  .quad argv
                    envp_at:
                      0000000000000000[envp:word64]  .quad envp
                    """);

    private ExecCode() {}
}

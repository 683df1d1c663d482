package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of {@link ExecFile}: opens the mailbox of a guest under the descriptor by which
 * the guest finds it, and executes the guest's program. If that fails, it exits with 126, as shells
 * do.
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
                      782b  js failed
                    # dup2, close
                      89c7  movl %eax, %edi
                      be00000000[descriptor:imm32]  movl $descriptor, %esi
                      b821000000  movl $33, %eax
                      0f05  syscall
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
                      a1020058  ldr x1, mailbox_at
                      420080d2  mov x2, #2
                      080780d2  mov x8, #56
                      010000d4  svc #0
                      c001f837  tbnz w0, #31, failed
                    # dup3, close
                      f30300aa  mov x19, x0
                      01008052[descriptor:move16]  mov w1, #:abs_g0:descriptor
                      e2031faa  mov x2, xzr
                      080380d2  mov x8, #24
                      010000d4  svc #0
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

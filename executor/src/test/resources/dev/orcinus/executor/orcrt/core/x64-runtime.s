# The hand-written code of X64RuntimeCode, from the start of the archive's code; RuntimeCodeTest compares.
        .intel_syntax noprefix
        .text
        .p2align 4, 0
anchor:
        .quad   0                       # jit-dispatch context
        .long   0x4352524f, 1           # mark
wrapper_slot:
        .quad   0
function_slot:
        .quad   0
wrapper:
        mov     rcx, rsi
        mov     rdx, rdi
        mov     esi, eax
        lea     rdi, [rip + anchor]
        jmp     [rip + wrapper_slot]
        .p2align 4, 0
function:
        push    rbp
        mov     rbp, rsp
        push    r9
        push    r8
        push    rcx
        push    rdx
        push    rsi
        push    rdi
        mov     rdi, rsp
        mov     esi, eax
        lea     rdx, [rip + anchor]
        call    [rip + function_slot]
        leave
        ret
        .p2align 4, 0
tls_get_addr:
        mov     rax, [rdi]
        mov     rdx, [rdi + 8]
1:      mov     rcx, rdx
        sub     rcx, [rax + 16]
        cmp     rcx, [rax + 24]
        jae     2f
        sub     rsp, 8
        call    [rax]
        add     rsp, 8
        add     rax, rcx
        add     rax, fs:[0]
        ret
2:      mov     rax, [rax + 32]
        test    rax, rax
        jne     1b
        push    rdi
        mov     eax, 0
        call    function
        pop     rdi
        jmp     tls_get_addr
        .p2align 4, 0
reenter:
        push    rbp
        mov     rbp, rsp
        push    rax
        push    rbx
        push    rcx
        push    rdx
        push    rsi
        push    rdi
        push    r8
        push    r9
        push    r10
        push    r11
        sub     rsp, 2752
        and     rsp, -64
        mov     eax, 1
        xor     ecx, ecx
        cpuid
        bt      ecx, 27
        sbb     ebx, ebx
        je      1f
        lea     rdi, [rsp + 512]
        mov     ecx, 8
        xor     eax, eax
        rep stosq
        mov     eax, 0xe7
        xor     edx, edx
        xsave64 [rsp]
        jmp     2f
1:      fxsave64 [rsp]
2:      mov     rdi, [rbp + 8]
        sub     rdi, 5
        mov     eax, 1
        call    function
        mov     [rbp + 8], rax
        test    ebx, ebx
        je      1f
        mov     eax, 0xe7
        xor     edx, edx
        xrstor64 [rsp]
        jmp     2f
1:      fxrstor64 [rsp]
2:      lea     rsp, [rbp - 80]
        pop     r11
        pop     r10
        pop     r9
        pop     r8
        pop     rdi
        pop     rsi
        pop     rdx
        pop     rcx
        pop     rbx
        pop     rax
        pop     rbp
        ret

package dev.orcinus.executor.orcrt.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;

/**
 * The archive's code for x86-64. A thunk loads its number and jumps to one of two pieces of code
 * that hand the call on. Displacements are those of {@link Layout}.
 */
record X64RuntimeCode() implements RuntimeCode {
    private static final HexFormat HEX = HexFormat.of();
    private static final short EM_X86_64 = 62;
    private static final int R_X86_64_64 = 1;

    /**
     * {@code Buffer f(data, size)}, number in eax: the same as a jit-dispatch call, tail-called.
     */
    private static final byte[] WRAPPER =
            hex(
                    "4889f1", // mov rcx, rsi
                    "4889fa", // mov rdx, rdi
                    "89c6", // mov esi, eax
                    "488d3dd1ffffff", // lea rdi, [rip + anchor]
                    "ff25dbffffff"); // jmp [rip + WRAPPER_SLOT]

    /**
     * A C function, number in eax: keeps the argument registers on the stack and passes their
     * address, the number and the anchor. What comes back is the function's result.
     */
    private static final byte[] FUNCTION =
            hex(
                    "55", // push rbp
                    "4889e5", // mov rbp, rsp
                    "4151415051525657", // push r9, r8, rcx, rdx, rsi, rdi
                    "4889e7", // mov rdi, rsp
                    "89c6", // mov esi, eax
                    "488d15a8ffffff", // lea rdx, [rip + anchor]
                    "ff15baffffff", // call [rip + FUNCTION_SLOT]
                    "c9", // leave
                    "c3"); // ret

    /**
     * {@code void *__tls_get_addr(entry)}: the controller's entry is a key, the address of a {@code
     * ElfNixThreadLocals} record, and an address in a template. Each record on from there knows one
     * template; the C library's function in it answers where that starts, from the thread pointer,
     * and keeps all other registers.
     */
    private static final byte[] TLS_GET_ADDR =
            hex(
                    "488b07", // again: mov rax, [rdi]
                    "488b5708", // mov rdx, [rdi + 8]
                    "4889d1", // next: mov rcx, rdx
                    "482b4810", // sub rcx, [rax + 16]
                    "483b4818", // cmp rcx, [rax + 24]
                    "7317", // jae other
                    "4883ec08", // sub rsp, 8
                    "ff10", // call [rax]
                    "4883c408", // add rsp, 8
                    "4801c8", // add rax, rcx
                    "6448030425", // add rax, fs:
                    "00000000", // [0]
                    "c3", // ret
                    "488b4020", // other: mov rax, [rax + 32]
                    "4885c0", // test rax, rax
                    "75d3", // jne next
                    "57", // push rdi
                    "b800000000", // mov eax, TLS_FIRST_USE
                    "e8a1ffffff", // call function
                    "5f", // pop rdi
                    "ebbe"); // jmp again

    /**
     * A trampoline has called: finds what it stands for and goes there, with all registers that may
     * hold arguments as they were. XSAVE with the components of AVX and AVX-512 where the OS has
     * enabled it, else FXSAVE; its header has to be cleared before.
     */
    private static final byte[] REENTER_CODE =
            hex(
                    "55", // push rbp
                    "4889e5", // mov rbp, rsp
                    "5053515256574150415141524153", // push rax, rbx, rcx, rdx, rsi, rdi, r8 to r11
                    "4881ecc00a0000", // sub rsp, 2752
                    "4883e4c0", // and rsp, -64
                    "b801000000", // mov eax, 1
                    "31c9", // xor ecx, ecx
                    "0fa2", // cpuid
                    "0fbae11b", // bt ecx, 27 (OSXSAVE)
                    "19db", // sbb ebx, ebx
                    "7420", // je fxsave
                    "488dbc2400020000", // lea rdi, [rsp + 512]
                    "b908000000", // mov ecx, 8
                    "31c0", // xor eax, eax
                    "f348ab", // rep stosq
                    "b8e7000000", // mov eax, 0xe7
                    "31d2", // xor edx, edx
                    "480fae2424", // xsave64 [rsp]
                    "eb05", // jmp saved
                    "480fae0424", // fxsave: fxsave64 [rsp]
                    "488b7d08", // saved: mov rdi, [rbp + 8]
                    "4883ef05", // sub rdi, 5: the trampoline's call
                    "b801000000", // mov eax, RESOLVE
                    "e82bffffff", // call function
                    "48894508", // mov [rbp + 8], rax
                    "85db", // test ebx, ebx
                    "740e", // je fxrstor
                    "b8e7000000", // mov eax, 0xe7
                    "31d2", // xor edx, edx
                    "480fae2c24", // xrstor64 [rsp]
                    "eb05", // jmp restored
                    "480fae0c24", // fxrstor: fxrstor64 [rsp]
                    "488d65b0", // restored: lea rsp, [rbp - 80]
                    "415b415a415941585f5e5a595b58", // pop r11 to r8, rdi, rsi, rdx, rcx, rbx, rax
                    "5d", // pop rbp
                    "c3"); // ret

    private static final int WRAPPER_AT = Layout.CODE;
    private static final int FUNCTION_AT = 64;
    private static final int TLS_GET_ADDR_AT = 96;
    private static final int REENTER_AT = 176;

    private static final int THUNK_JUMP_END = 10;

    @Override
    public short machine() {
        return EM_X86_64;
    }

    @Override
    public int absolute64() {
        return R_X86_64_64;
    }

    @Override
    public Map<String, Integer> functions() {
        return Map.of(
                "___orc_rt_elfnix_tls_get_addr", TLS_GET_ADDR_AT, RuntimeCode.REENTER, REENTER_AT);
    }

    @Override
    public byte[] write(Layout layout) {
        ByteBuffer code = ByteBuffer.allocate(layout.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        code.putLong(Layout.MARKED, Layout.MARK);
        code.put(WRAPPER_AT, WRAPPER);
        code.put(FUNCTION_AT, FUNCTION);
        code.put(TLS_GET_ADDR_AT, TLS_GET_ADDR);
        code.put(REENTER_AT, REENTER_CODE);
        for (EntryPoint entry : layout.entryPoints()) {
            code.put(Layout.offset(entry), thunk(entry));
        }
        return code.array();
    }

    private static byte[] thunk(EntryPoint entry) {
        int target = entry.kind() == EntryPoint.Kind.FUNCTION ? FUNCTION_AT : WRAPPER_AT;
        return ByteBuffer.allocate(THUNK_JUMP_END)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xb8) // mov eax, number
                .putInt(entry.number())
                .put((byte) 0xe9) // jmp target
                .putInt(target - (Layout.offset(entry) + THUNK_JUMP_END))
                .array();
    }

    private static byte[] hex(String... instructions) {
        return HEX.parseHex(String.join("", instructions));
    }
}

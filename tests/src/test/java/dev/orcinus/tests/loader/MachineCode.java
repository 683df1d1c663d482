package dev.orcinus.tests.loader;

import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Small functions for x86-64, written by hand. */
final class MachineCode {
    private final ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    private MachineCode() {}

    /** Returns {@code int f(void)}, which returns a number. */
    static byte[] answer(int number) {
        return new MachineCode().put(0xb8).number(number).put(0xc3).end();
    }

    /** Returns {@code int f(void)}, which returns the number at an address. */
    static byte[] load(ExecutorAddress address) {
        return new MachineCode()
                .put(0x48, 0xb9) // mov rcx, address
                .address(address)
                .put(0x8b, 0x01, 0xc3) // mov eax, [rcx]; ret
                .end();
    }

    /**
     * Returns a wrapper function that multiplies the number at an address by ten, adds a digit, and
     * succeeds.
     */
    static byte[] append(ExecutorAddress address, int digit) {
        return new MachineCode()
                .put(0x48, 0xb9)
                .address(address)
                .put(0x6b, 0x01, 0x0a) // imul eax, [rcx], 10
                .put(0x83, 0xc0, digit) // add eax, digit
                .put(0x89, 0x01) // mov [rcx], eax
                .put(0x31, 0xc0, 0xba, 1, 0, 0, 0, 0xc3) // return one byte, 0
                .end();
    }

    /**
     * Returns a wrapper function whose result is not an {@code SPSError}, so that it fails as an
     * action.
     */
    static byte[] fail() {
        return new MachineCode().put(0x31, 0xc0, 0x31, 0xd2, 0xc3).end();
    }

    /** Returns {@code int f(void)}, which makes the number at an address 1 and sleeps for ever. */
    static byte[] pause(ExecutorAddress address) {
        return new MachineCode()
                .put(0x48, 0xb9) // mov rcx, address
                .address(address)
                .put(0xc7, 0x01, 1, 0, 0, 0) // mov dword [rcx], 1
                .put(0xb8, 34, 0, 0, 0) // mov eax, SYS_pause
                .put(0x0f, 0x05) // syscall
                .put(0xeb, 0xf7) // back to the call
                .end();
    }

    /** Returns {@code int f(void)}, which ends the process with a signal. */
    static byte[] crash() {
        return new MachineCode().put(0x0f, 0x0b).end();
    }

    /**
     * Returns {@code int f(void)}, which calls the controller without arguments and returns the
     * four bytes of the result.
     */
    static byte[] dispatch(ExecutorAddress function, ExecutorAddress context, ExecutorAddress tag) {
        return new MachineCode()
                .put(0x48, 0x83, 0xec, 0x08) // sub rsp, 8
                .put(0x48, 0xbf)
                .address(context) // mov rdi, context
                .put(0x48, 0xbe)
                .address(tag) // mov rsi, tag
                .put(0x31, 0xd2, 0x31, 0xc9) // xor edx, edx; xor ecx, ecx
                .put(0x48, 0xb8)
                .address(function) // mov rax, function
                .put(0xff, 0xd0) // call rax
                .put(0x31, 0xc9, 0x48, 0x85, 0xd2) // xor ecx, ecx; test rdx, rdx
                .put(0x0f, 0x44, 0xc1) // cmove eax, ecx: no result is 0
                .put(0x48, 0x83, 0xc4, 0x08, 0xc3) // add rsp, 8; ret
                .end();
    }

    /**
     * Returns an {@code .eh_frame} section: a CIE, an FDE for the sixteen bytes after the section,
     * the terminator.
     */
    static byte[] unwindInfo() {
        return new MachineCode()
                .number(0x14) // length
                .number(0) // it is a CIE
                .put(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b) // version 1; addresses are relative
                .put(0x0c, 7, 8, 0x90, 1, 0, 0) // the CFA is rsp + 8, the return address below it
                .number(0x10) // length
                .number(0x1c) // back to the CIE
                .number(0x100 - 0x20) // from here to the code
                .number(0x10) // size of the code
                .number(0)
                .number(0) // terminator
                .end();
    }

    private MachineCode put(int... opcodes) {
        for (int opcode : opcodes) {
            bytes.put((byte) opcode);
        }
        return this;
    }

    private MachineCode number(int number) {
        bytes.putInt(number);
        return this;
    }

    private MachineCode address(ExecutorAddress address) {
        bytes.putLong(address.value());
        return this;
    }

    private byte[] end() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}

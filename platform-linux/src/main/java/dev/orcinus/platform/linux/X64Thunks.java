package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** x86-64, System V ABI: a struct of two longs returns in {@code rax} and {@code rdx}. */
record X64Thunks() implements Thunks {
    private static final HexFormat HEX = HexFormat.of();

    /** The distance in {@code call [rip+d]} counts from the end of the instruction. */
    private static final int CALL_END = 19;

    @Override
    public byte[] entry(int index, int slotDistance) {
        return ByteBuffer.allocate(ENTRY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEX.parseHex("4883ec18")) // sub rsp, 24
                .put(HEX.parseHex("41b8")) // mov r8d, index
                .putInt(index)
                .put(HEX.parseHex("4989e1")) // mov r9, rsp
                .put(HEX.parseHex("ff15")) // call [rip + distance]
                .putInt(slotDistance - CALL_END)
                .put(HEX.parseHex("488b0424")) // mov rax, [rsp]
                .put(HEX.parseHex("488b542408")) // mov rdx, [rsp + 8]
                .put(HEX.parseHex("4883c418")) // add rsp, 24
                .put(HEX.parseHex("c3")) // ret
                .array();
    }

    @Override
    public byte[] call() {
        return HEX.parseHex(
                "51" // push rcx
                        + "4889f8" // mov rax, rdi
                        + "4889f7" // mov rdi, rsi
                        + "4889d6" // mov rsi, rdx
                        + "ffd0" // call rax
                        + "59" // pop rcx
                        + "488901" // mov [rcx], rax
                        + "48895108" // mov [rcx + 8], rdx
                        + "c3"); // ret
    }

    @Override
    public byte[] faultFilter(long handler, AddressRange first, AddressRange second) {
        byte[] code =
                HEX.parseHex(
                        "488b82a8000000" // mov rax, [rdx + REG_RIP]
                                + "4889c1" // mov rcx, rax
                                + "482b0d6f000000" // sub rcx, first.start
                                + "483b0d70000000" // cmp rcx, first.size
                                + "7255" // jb pass
                                + "482b056f000000" // sub rax, second.start
                                + "483b0570000000" // cmp rax, second.size
                                + "7245" // jb pass
                                + "53575652" // push rbx; push rdi; push rsi; push rdx
                                + "bf01000000b8200000000f05" // dup(1)
                                + "89c3" // mov ebx, eax
                                + "bf02000000be01000000b8210000000f05" // dup2(2, 1)
                                + "5a5e5f" // pop rdx; pop rsi; pop rdi
                                + "ff1522000000" // call handler
                                + "89dfbe01000000b8210000000f05" // dup2(ebx, 1)
                                + "89dfb8030000000f05" // close(ebx)
                                + "5bc3" // pop rbx; ret
                                + "ff2503000000" // pass: jmp handler
                                + "0f1f00"); // nop
        return Thunks.withSlots(code, handler, first, second);
    }
}

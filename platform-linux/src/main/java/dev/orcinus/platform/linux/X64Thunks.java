package dev.orcinus.platform.linux;

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
}

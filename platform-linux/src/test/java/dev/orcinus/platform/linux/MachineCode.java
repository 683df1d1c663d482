package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.posix.CodePages;
import dev.orcinus.platform.spi.HostCallException;
import java.util.HexFormat;

/** Small functions that do harm, in machine code. */
enum MachineCode {
    /** Calls itself for ever. */
    ENDLESS_RECURSION("e8fbffffff", "fd7bbfa9ffffff97"),
    /** Reads address 0x1234. */
    BAD_READ("488b042534120000", "804682d2000040f9"),
    /** Is no instruction. */
    BAD_INSTRUCTION("0f0b", "00000000"),
    /** Returns. */
    RETURN("c3", "c0035fd6");

    private final String x64;
    private final String aarch64;

    MachineCode(String x64, String aarch64) {
        this.x64 = x64;
        this.aarch64 = aarch64;
    }

    /** Copies it into executable memory. */
    ExecutorAddress install() throws HostCallException {
        String code = GUEST.triple().arch().equals("x86_64") ? x64 : aarch64;
        byte[] bytes = HexFormat.of().parseHex(code);
        return new ExecutorAddress(CodePages.install(GUEST.memory(), bytes));
    }
}

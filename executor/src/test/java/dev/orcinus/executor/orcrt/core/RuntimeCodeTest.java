package dev.orcinus.executor.orcrt.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuntimeCodeTest {
    @TempDir Path directory;

    @Test
    void theBytesForX64AreWhatAnAssemblerMakesOfTheSource() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "cc is for another processor");
        check(new X64RuntimeCode(), "x64-runtime.s", "cc");
    }

    @Test
    void theBytesForAArch64AreWhatAnAssemblerMakesOfTheSource() throws Exception {
        check(
                new AArch64RuntimeCode(),
                "aarch64-runtime.s",
                "aarch64".equals(System.getProperty("os.arch")) ? "cc" : "aarch64-linux-gnu-gcc");
    }

    private void check(RuntimeCode code, String source, String compiler) throws Exception {
        byte[] assembled = assemble(source, compiler);
        assertTrue(assembled.length <= Layout.THUNKS, assembled.length + " bytes");
        byte[] written = Arrays.copyOf(code.write(new Layout(List.of())), assembled.length);
        assertEquals(hex(assembled), hex(written));
    }

    private static String hex(byte[] code) {
        return HexFormat.ofDelimiter(" ").formatHex(code);
    }

    private byte[] assemble(String name, String compiler) throws IOException, InterruptedException {
        Path source = directory.resolve("runtime.s");
        try (InputStream text = getClass().getResourceAsStream(name)) {
            Files.copy(text, source);
        }
        Path object = directory.resolve("runtime.o");
        int status;
        try {
            status =
                    new ProcessBuilder(compiler, "-c", "-o", object.toString(), source.toString())
                            .inheritIO()
                            .start()
                            .waitFor();
        } catch (IOException e) {
            assumeTrue(false, compiler + " is not on the path");
            throw e;
        }
        assertEquals(0, status, compiler);
        return text(Files.readAllBytes(object));
    }

    /** The first section of code. */
    private static byte[] text(byte[] object) {
        ByteBuffer file = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        int headers = (int) file.getLong(40);
        int header = headers;
        while ((file.getLong(header + 8) & 4) == 0) {
            header += 64;
        }
        int offset = (int) file.getLong(header + 24);
        return Arrays.copyOfRange(object, offset, offset + (int) file.getLong(header + 32));
    }
}

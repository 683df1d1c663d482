package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTest {
    private static final String TEXT = "correct horse battery staple, 32";
    private static final byte[] BINDING = new byte[32];

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("token");
    }

    private void write(String text, String mode) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void whiteSpaceAroundATokenDoesNotCount() throws Exception {
        write(" " + TEXT + "\r\n", "rw-------");
        byte[] proof = Token.of(TEXT).proof(Token.Side.CLIENT, BINDING);
        assertEquals(Token.PROOF_BYTES, proof.length);
        assertTrue(Token.read(file).isProof(proof, Token.Side.CLIENT, BINDING));
    }

    @Test
    void aProofIsOfOneSideOneLineAndOneToken() {
        Token token = Token.of(TEXT);
        byte[] proof = token.proof(Token.Side.CLIENT, BINDING);
        assertFalse(token.isProof(proof, Token.Side.SERVER, BINDING));
        assertFalse(token.isProof(proof, Token.Side.CLIENT, new byte[] {1}));
        assertFalse(Token.of(TEXT + "1").isProof(proof, Token.Side.CLIENT, BINDING));
        proof[31] ^= 1;
        assertFalse(token.isProof(proof, Token.Side.CLIENT, BINDING));
    }

    /** Clients of other versions make the same ones. */
    @Test
    void aProofIsTheHmacOfTheSideAndTheLine() throws Exception {
        byte[] binding = {1, 2, 3};
        for (Token.Side side : Token.Side.values()) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(TEXT.getBytes(UTF_8), "HmacSHA256"));
            mac.update((side == Token.Side.CLIENT ? "client" : "server").getBytes(UTF_8));
            assertArrayEquals(mac.doFinal(binding), Token.of(TEXT).proof(side, binding));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void aFileThatOthersMayUseIsRefused(String mode) throws Exception {
        write(TEXT, mode);
        assertEquals(
                file + " can be used by other users: run 'chmod 600 " + file + "'",
                assertThrows(IOException.class, () -> Token.read(file)).getMessage());
    }

    @Test
    void aTokenHasItsSize() throws Exception {
        write("short", "rw-------");
        assertEquals(
                file + ": a token has 32 to 4096 bytes, and this one 5",
                assertThrows(IOException.class, () -> Token.read(file)).getMessage());
        write("x".repeat(4097), "r--------");
        assertEquals(
                file + ": a token has 32 to 4096 bytes, and this one more",
                assertThrows(IOException.class, () -> Token.read(file)).getMessage());
        write("x".repeat(4096), "rw-------");
        assertEquals("a token", Token.read(file).toString());
    }

    @Test
    void aMissingFileIsAnError() {
        assertThrows(IOException.class, () -> Token.read(file));
    }
}

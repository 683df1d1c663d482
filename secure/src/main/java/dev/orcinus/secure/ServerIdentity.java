package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The key and the certificate of a user's daemons, in a file of mode 0600. The certificate is its
 * own issuer: what makes it trusted is that clients know its fingerprint.
 *
 * <p>The JDK has no API that makes a certificate. Its tool {@code keytool} does, once, and is part
 * of every JDK: that is a process of a second, against an encoder of X.509 to keep, or a library of
 * megabytes.
 */
public final class ServerIdentity {
    private static final String FILE = "server.p12";
    private static final String ALIAS = "orcinus";
    private static final long LIMIT_SECONDS = 60;

    /** A PKCS #12 file must have a password. What protects the key is the mode of the file. */
    private static final String PASSWORD = "orcinus";

    private final SSLContext context;
    private final Fingerprint fingerprint;

    private ServerIdentity(SSLContext context, Fingerprint fingerprint) {
        this.context = context;
        this.fingerprint = fingerprint;
    }

    /**
     * Reads the key and the certificate of this user's daemons, and makes them before if there are
     * none.
     *
     * @param folder the folder of the user's settings
     * @throws IOException if they cannot be made or read, or if other users may read them
     */
    public static ServerIdentity of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            make(folder, file);
        }
        PrivateFiles.requirePrivate(file);
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(
                    file + ": the daemon's certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private static ServerIdentity read(InputStream in)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(in, PASSWORD.toCharArray());
        if (store.getCertificate(ALIAS) == null) {
            throw new IOException("it has no entry '" + ALIAS + "'");
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance(TlsEngine.VERSION);
        context.init(keys.getKeyManagers(), null, null);
        return new ServerIdentity(context, Fingerprint.of(store.getCertificate(ALIAS)));
    }

    /**
     * Makes the file. It is written in a folder that only this user can enter, and gets its name
     * when it is complete; if another daemon was faster, its file counts.
     */
    private static void make(Path folder, Path file) throws IOException {
        PrivateFiles.createFolder(folder);
        Path place = Files.createTempDirectory(folder, "new-", PrivateFiles.FOLDER);
        Path made = place.resolve(FILE);
        try {
            runKeytool(made);
            Files.setPosixFilePermissions(made, PrivateFiles.FILE.value());
            Files.createLink(file, made);
        } catch (FileAlreadyExistsException e) {
            // another daemon has made it meanwhile
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(place);
        }
    }

    private static void runKeytool(Path file) throws IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-J-XX:TieredStopAtLevel=1", // it runs for a moment
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=orcinus",
                        "-validity",
                        "36500",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD);
        Process keytool =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .start();
        try (InputStream output = keytool.getInputStream()) {
            String said = new String(output.readNBytes(2000), UTF_8);
            if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool cannot make a certificate: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool makes a certificate", e);
        } finally {
            keytool.destroyForcibly();
        }
    }

    /** Returns the fingerprint of the certificate, which clients may be given. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Returns the engine of a new line. */
    TlsEngine engine() {
        return new TlsEngine(context.createSSLEngine(), false);
    }
}

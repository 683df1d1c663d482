package dev.orcinus.platform.linux.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.elf.StaticExecutable;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes the launcher. It connects to the daemon of its user and build, passes it what a process
 * has from its start, and then does what the daemon answers: it executes a program, in its own
 * place, or ends. If the user wants no daemon, or if none answers within a quarter of a second, it
 * executes the script that starts a JVM ("cold"). The same happens if the daemon ends before it has
 * answered. {@link LaunchLine} is the other end of the line.
 */
public final class LauncherFile {
    private static final List<String> LABELS =
            List.of("start", "program", "find", "answer", "refuse", "cold", "fail");

    private final Processor processor;
    private final LauncherBuild build;
    private final String script;
    private final ByteArrayOutputStream constants = new ByteArrayOutputStream();
    private final StaticExecutable file;
    private final CodeListing.Filling code;

    private LauncherFile(Processor processor, LauncherBuild build, String script) {
        CodeListing listing =
                switch (processor) {
                    case X86_64 -> X64LauncherCode.CODE;
                    case AARCH64 -> AArch64LauncherCode.CODE;
                };
        this.processor = processor;
        this.build = build;
        this.script = script;
        file = new StaticExecutable(processor.elfMachine(), build.id(), listing.sizeBytes());
        code = listing.fill();
        for (String label : LABELS) {
            file.label("orcinus_launcher_" + label, listing.offsetOf(label));
        }
    }

    /**
     * Returns the bytes of the file.
     *
     * @param script the absolute path of the script that it executes if no daemon serves it
     */
    public static byte[] write(Processor processor, LauncherBuild build, String script) {
        return new LauncherFile(processor, build, script).write();
    }

    /** Returns the number by which launcher and daemon know that they are of one build. */
    static long number(byte[] buildId) {
        return ByteBuffer.wrap(buildId).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private byte[] write() {
        if (processor == Processor.AARCH64) {
            text("run", "run");
            text("off", "off");
            text("on", "on");
        }
        text("filedescs", "filedescs=");
        text("socket", "socket:adopt=");
        text("daemon", "ORCINUS_DAEMON=");
        text("job", "CI=");
        text("folder", "XDG_RUNTIME_DIR=");
        text("place", "/orcinus/" + build.text() + "/launch");
        text("here", ".");
        text("script", script);
        text("option", "--cold");
        String failure = "orcinus: cannot execute " + script + "\n";
        text("failure", failure);
        code.with("failure_bytes", failure.getBytes(UTF_8).length);
        code.with("build", number(build.id()));
        return file.write(code.bytes(), constants.toByteArray());
    }

    /** Adds a text, whose address the code has under a name. */
    private void text(String name, String text) {
        code.with(name, file.constantsAddress() + (long) constants.size());
        constants.writeBytes(text.getBytes(UTF_8));
        constants.write(0);
    }
}

package dev.orcinus.platform.linux.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A launcher that has connected to this process. */
public final class LinuxLaunch implements LaunchedProcess {
    private static final int FOLDER = 0;
    private static final int ERRORS = 1;
    private static final int LINE_IN = 1;
    private static final int LINE_OUT = 2;
    private static final int LEAST_DESCRIPTORS = 2;

    private final Processor processor;
    private final LaunchLine line;
    private final int pid;
    private final LaunchMessage message;
    private final LaunchErrors errors;

    /** Those that have come from it, without that of its standard error. */
    private final List<Integer> descriptors;

    private boolean areClosed;

    private LinuxLaunch(
            Processor processor,
            LaunchLine line,
            int pid,
            LaunchMessage message,
            List<Integer> descriptors) {
        this.processor = processor;
        this.line = line;
        this.pid = pid;
        this.message = message;
        this.errors = new LaunchErrors(descriptors.get(ERRORS), pid);
        this.descriptors = descriptors;
        descriptors.subList(ERRORS, ERRORS + 1).clear();
    }

    /**
     * Greets a launcher, and reads what it says.
     *
     * @throws HostCallException if it says nothing, or is of another build; the line is closed then
     */
    public static LinuxLaunch receive(
            Processor processor, HostChannel connection, LauncherBuild build)
            throws HostCallException {
        List<Integer> descriptors = new ArrayList<>();
        LaunchLine line = new LaunchLine(connection);
        try {
            line.greet();
            long number = LauncherFile.number(build.id());
            LaunchMessage message = LaunchMessage.receive(connection, number, descriptors);
            if (descriptors.size() < LEAST_DESCRIPTORS) {
                throw new HostCallException("recvmsg", 0, "descriptors are missing");
            }
            return new LinuxLaunch(processor, line, line.pid(), message, descriptors);
        } catch (HostCallException e) {
            closeAll(descriptors);
            line.close();
            throw e;
        }
    }

    private static void closeAll(List<Integer> descriptors) {
        descriptors.forEach(fd -> Unistd.close(ErrnoState.IGNORED, fd));
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public Optional<List<String>> arguments() {
        List<String> texts = new ArrayList<>();
        for (byte[] argument : message.arguments().subList(1, message.arguments().size())) {
            Optional<String> text = decoded(argument);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.add(text.get());
        }
        return Optional.of(texts);
    }

    /** Decodes a text as Java does the arguments of a JVM, if nothing of it is lost. */
    private static Optional<String> decoded(byte[] text) {
        Charset ofSystem = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        try {
            return Optional.of(ofSystem.newDecoder().decode(ByteBuffer.wrap(text)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Returns {@code argv}, byte for byte. */
    public List<byte[]> exactArguments() {
        return message.arguments();
    }

    /** Returns its environment as {@code NAME=VALUE}, with a character for each byte. */
    public List<String> environment() {
        return message.variables().stream().map(text -> new String(text, ISO_8859_1)).toList();
    }

    @Override
    public Optional<String> variable(String name) {
        byte[] start = (name + "=").getBytes(ISO_8859_1);
        return message.variables().stream()
                .filter(text -> startsWith(text, start))
                .findFirst()
                .flatMap(text -> decoded(Arrays.copyOfRange(text, start.length, text.length)));
    }

    private static boolean startsWith(byte[] text, byte[] start) {
        return text.length >= start.length
                && Arrays.equals(text, 0, start.length, start, 0, start.length);
    }

    @Override
    public List<String> variables() {
        return environment().stream().map(text -> text.split("=", 2)[0]).toList();
    }

    @Override
    public boolean isAlike() {
        return LikeProcess.isLike(pid);
    }

    @Override
    public void enterFolder() throws HostCallException {
        ThreadFolder.enter(processor, descriptors.get(FOLDER), message.fileModeMask());
    }

    @Override
    public Path folder() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self/cwd"));
        } catch (IOException e) {
            return Path.of("");
        }
    }

    @Override
    public boolean isSameFile(String name) {
        Path file = Path.of(name);
        return !OwnFiles.isOwn(file.isAbsolute() ? file : folder().resolve(file));
    }

    @Override
    public boolean hasTerminal() {
        return errors.isTerminal();
    }

    @Override
    public OutputStream errors() {
        return errors;
    }

    @Override
    public boolean isWaiting() {
        return line.isWaiting();
    }

    @Override
    public void exit(int status) {
        if (line.isWaiting()) {
            line.exit(status);
        }
    }

    /**
     * Lets it execute a program. If it cannot do that, it starts a JVM, and this process says no
     * more.
     *
     * @param mailbox the descriptor to pass
     * @param number the descriptor that it becomes there
     * @param kept how many of its last arguments the program gets
     * @return false if the texts are longer than the launcher can take
     */
    public boolean execute(int mailbox, int number, int kept, byte[] path, byte[] name)
            throws HostCallException {
        if (!LaunchLine.fits(path, name)) {
            return false;
        }
        try {
            line.execute(mailbox, number, kept, path, name);
            return true;
        } catch (HostCallException e) {
            letGo();
            throw e;
        }
    }

    /**
     * Returns the line that it has been started to serve, once. It belongs to the caller.
     *
     * @param thereIn the number that the first descriptor had there
     * @param thereOut the number of the second one
     */
    public synchronized HostChannel takeLine(int thereIn, int thereOut) throws HostCallException {
        if (areClosed || descriptors.size() <= LINE_OUT) {
            throw new HostCallException("recvmsg", 0, "no line has come from the launcher");
        }
        int in = descriptors.get(LINE_IN);
        int out = descriptors.get(LINE_OUT);
        descriptors.subList(LINE_IN, LINE_OUT + 1).clear();
        boolean isOne = thereIn == thereOut;
        if (isOne) {
            closeAll(List.of(out));
        }
        return HostProvider.current().channels().inherit(in, isOne ? in : out, thereIn, thereOut);
    }

    /** Closes the descriptors that have come from it, so that only the program has them. */
    public synchronized void letGo() {
        keepErrors();
        errors.letGo();
    }

    /** Closes these descriptors, but for its standard error. */
    public synchronized void keepErrors() {
        if (!areClosed) {
            areClosed = true;
            closeAll(descriptors);
        }
    }

    @Override
    public void close() {
        letGo();
        line.close();
    }
}

package dev.orcinus.platform.linux.launch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.linux.channels.PassedDescriptors;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a launcher has to say: a head of 24 bytes (the build, 64 bits; then, of 32 bits each, the
 * length of the texts, the number of the arguments, of the variables, and the mask of file modes),
 * then the arguments and the variables, each with a null byte behind it. Descriptors come with it:
 * the working folder, standard error, and those that an executor is to serve.
 *
 * @param arguments {@code argv}
 * @param variables {@code envp}
 * @param fileModeMask what {@code umask} returns
 */
record LaunchMessage(List<byte[]> arguments, List<byte[]> variables, int fileModeMask) {
    private static final int HEAD_BYTES = 24;

    /** The limit of the wait for the next bytes. */
    private static final int PATIENCE_MILLIS = 1_000;

    /** The limit of the time in which all have to come. */
    private static final long WHOLE_MILLIS = 5_000;

    /** The most bytes of arguments and variables that Linux gives a process without settings. */
    private static final int MOST_BYTES = 8 << 20;

    /**
     * Reads a message.
     *
     * @param build the number that the launcher has to know
     * @param descriptors gets the descriptors, also if the message is no good
     */
    static LaunchMessage receive(HostChannel line, long build, List<Integer> descriptors)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(HEAD_BYTES, Long.BYTES);
            require(line.awaitReadable(PATIENCE_MILLIS));
            long count = PassedDescriptors.receive(line.descriptor(), head, descriptors);
            require(count == HEAD_BYTES && head.get(JAVA_LONG, 0) == build);
            int sizeBytes = head.get(JAVA_INT, 8);
            require(sizeBytes > 0 && sizeBytes <= MOST_BYTES);
            byte[] texts = read(line, arena.allocate(sizeBytes));
            List<byte[]> all = split(texts);
            int argumentCount = head.get(JAVA_INT, 12);
            require(argumentCount > 0 && argumentCount <= all.size());
            require(all.size() - argumentCount == head.get(JAVA_INT, 16));
            return new LaunchMessage(
                    all.subList(0, argumentCount),
                    all.subList(argumentCount, all.size()),
                    head.get(JAVA_INT, 20));
        }
    }

    private static byte[] read(HostChannel line, MemorySegment texts) throws HostCallException {
        long begin = System.nanoTime();
        long at = 0;
        while (at < texts.byteSize()) {
            if (System.nanoTime() - begin >= WHOLE_MILLIS * 1_000_000) {
                throw new HostCallException("recvmsg", 0, "a launcher speaks too slowly");
            }
            require(line.awaitReadable(PATIENCE_MILLIS));
            long count = line.readNow(texts.asSlice(at));
            require(count != HostChannel.END);
            at += count;
        }
        return texts.toArray(JAVA_BYTE);
    }

    private static List<byte[]> split(byte[] texts) {
        List<byte[]> all = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < texts.length; at++) {
            if (texts[at] == 0) {
                all.add(Arrays.copyOfRange(texts, start, at));
                start = at + 1;
            }
        }
        return all;
    }

    private static void require(boolean condition) throws HostCallException {
        if (!condition) {
            throw new HostCallException("recvmsg", 0, "no launcher of this build speaks");
        }
    }
}

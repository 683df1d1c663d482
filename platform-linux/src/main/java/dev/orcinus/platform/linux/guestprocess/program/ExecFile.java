package dev.orcinus.platform.linux.guestprocess.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.elf.OneSegmentExecutable;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An executable that starts a guest's program in the process that executes it: it has the guest's
 * arguments and environment in it, byte for byte, which no shell could give.
 */
public final class ExecFile {
    private static final int WORD_BYTES = 8;

    private final CodeListing code;
    private final int machine;
    private final List<byte[]> texts = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private int end;

    private ExecFile(Processor processor) {
        machine = processor.elfMachine();
        code =
                switch (processor) {
                    case X86_64 -> ExecCode.X64;
                    case AARCH64 -> ExecCode.AARCH64;
                };
        end = code.sizeBytes();
    }

    /**
     * Returns the bytes of the file.
     *
     * @param mailbox the path of the guest's mailbox
     * @param path the path of the guest's program
     * @param arguments {@code argv}
     * @param environment {@code envp}
     */
    public static byte[] write(
            Processor processor,
            String mailbox,
            String path,
            List<byte[]> arguments,
            List<byte[]> environment) {
        ExecFile file = new ExecFile(processor);
        file.add(mailbox.getBytes(US_ASCII));
        file.add(path.getBytes(UTF_8));
        arguments.forEach(file::add);
        environment.forEach(file::add);
        return file.bytes(arguments.size(), environment.size());
    }

    private void add(byte[] text) {
        texts.add(text);
        places.add(OneSegmentExecutable.CONTENT_ADDRESS + end);
        end += text.length + 1;
    }

    private byte[] bytes(int argumentCount, int variableCount) {
        int argv = (end + WORD_BYTES - 1) & -WORD_BYTES;
        int envp = argv + WORD_BYTES * (argumentCount + 1);
        ByteBuffer content =
                ByteBuffer.allocate(envp + WORD_BYTES * (variableCount + 1))
                        .order(ByteOrder.LITTLE_ENDIAN);
        content.put(
                code.fill()
                        .with("mailbox", places.get(0))
                        .with("descriptor", MailboxLayout.MAILBOX_DESCRIPTOR)
                        .with("path", places.get(1))
                        .with("argv", OneSegmentExecutable.CONTENT_ADDRESS + argv)
                        .with("envp", OneSegmentExecutable.CONTENT_ADDRESS + envp)
                        .bytes());
        for (byte[] text : texts) {
            content.put(text).put((byte) 0);
        }
        putPointers(content.position(argv), 2, argumentCount);
        putPointers(content.position(envp), 2 + argumentCount, variableCount);
        return OneSegmentExecutable.write(machine, content.array());
    }

    /** Puts the addresses of texts; a null pointer follows. */
    private void putPointers(ByteBuffer content, int first, int count) {
        for (int i = first; i < first + count; i++) {
            content.putLong(places.get(i));
        }
    }
}

package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.elf.ElfExecutable;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The program of a guest process. It maps the mailbox, which its parent has left open under a known
 * descriptor, and serves calls: a host writes an address and six registers into a slot, the
 * program's thread calls the address, and writes the result into the slot. The other parts of the
 * code are called in this way, too. A program that starts with libraries serves twice: before their
 * initializers, until it is sent on, and then in its main.
 *
 * <p>A child that guest code has forked shares the mailbox and is no guest: when it comes back from
 * the call, it exits with 0, or with what main returns ({@link #RUN_MAIN}), and leaves the mailbox
 * alone. A word tells the program that it is such a child, in a page that the kernel wipes in
 * children ({@code MADV_WIPEONFORK}, Linux 4.14). While the word is zero, the program compares
 * process ids: with each call, if the kernel refuses to wipe. An emulator that ignores the advice
 * and reports no error leaves such children unnoticed. A child of {@code vfork} shares the page.
 */
public enum GuestProgram {
    /** {@code int fork_guest(pid_t (*fork)(void), int mailbox)}: a child serves another mailbox. */
    FORK_GUEST,
    /** {@code void *thread(void *slot)}: serves the slot, on a new thread. */
    THREAD,
    /**
     * Takes an index in {@code eax} (AArch64: {@code w16}): a call of a Java function. A child gets
     * 0.
     */
    UPCALL,
    /**
     * The same for a function that has a meaning for guest code, so that no result may stand for
     * its own: a child ends at once, as a program does that calls a function which the dynamic
     * linker does not find, with a line on standard error and 127.
     */
    CALLBACK,
    /** The same for {@code exit}: a child exits as the C library lets it. */
    UPCALL_OR_EXIT,
    /**
     * {@code long checkpoint(void *slot, pid_t (*fork)(void), int flags, pid_t parent, int fd)}:
     * makes a copy of the process that is nobody's child and leads a process group, closes a
     * descriptor in it, serves {@code slot}, and goes on when it gets RETURN there. The copy waits
     * until {@code parent} has taken it as a child, with which it then ends; if another process has
     * taken it, it ends. With 0 any parent is right. Returns the copy's process id, and 0 in the
     * copy.
     */
    CHECKPOINT,
    /** {@code void handler(int, siginfo_t *, void *)}: tells the host of a crash. */
    HANDLER,
    /**
     * {@code long list(void *entries, long count, int goesOn)}: makes calls one after the other,
     * and returns how many it has made. A child that a call forks ends when it comes back, unless
     * {@code goesOn}: then it makes the calls that are left, too.
     */
    LIST,
    /** {@code void marshal(void *function, void *block)}: a call with all kinds of registers. */
    MARSHAL,
    /** {@code int store(long *address, long word)}: writes a word after all that was written. */
    STORE,
    /**
     * {@code int run_main(int argc, char **argv, char **envp, int (*main)(int, char **, char **))}:
     * calls main; a child that returns from it exits with what main has returned.
     */
    RUN_MAIN,
    /**
     * What {@link #CALLBACK} does, with all kinds of registers. The function gets the address of a
     * block of them, in the layout of {@link #MARSHAL}, with the address of the arguments on the
     * stack in the word behind the integer registers. Its results are taken from the same places.
     */
    CALLBACK_ALL,
    /**
     * Enters a program that has a start of its own, in the place of its {@code main}: copies words
     * to the stack, and jumps to the program with the stack pointer at the first of them.
     */
    ENTER_PROGRAM;

    private static final int PAGE_BYTES = 4096;
    private static final String MAIN = "main";
    private static final String SYMBOL_PREFIX = "orcinus_guest_";

    /** What runs before the first part: the kernel enters the first, the C library the second. */
    private static final List<String> STARTS = List.of("start", GuestProgram.MAIN);

    /** The words of the program, in their order: imports first. */
    private static final List<String> IMPORTS =
            List.of("__libc_start_main", "dlsym", "__errno_location", "exit");

    private static final List<String> IMPORT_HOLES =
            List.of("start_main", "dlsym", "errno_location", "exit");
    private static final List<String> WORD_HOLES = List.of("mailbox", "process", "wiped");

    /** Returns the place of this part, in bytes from the start of the code. */
    public int offset(Processor processor) {
        return listing(processor).offsetOf(label());
    }

    /** Returns the length of the code of all parts. */
    public static int sizeBytes(Processor processor) {
        return listing(processor).sizeBytes();
    }

    private String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Returns the bytes of the executable.
     *
     * @param libraries the libraries that it needs
     * @param shape what it has from its start
     */
    public static byte[] file(Processor processor, List<String> libraries, ProgramShape shape) {
        CodeListing listing = listing(processor);
        ElfExecutable program = new ElfExecutable(processor.elfMachine());
        if (shape.hasExecutableStack()) {
            program.executableStack();
        }
        if (shape.alignsThreadLocals() && processor == Processor.X86_64) {
            program.alignThreadLocals(PAGE_BYTES);
        }
        libraries.forEach(program::needs);
        IMPORTS.forEach(program::importFunction);
        program.addWords(WORD_HOLES.size());
        for (String label : STARTS) {
            program.label(SYMBOL_PREFIX + label, listing.offsetOf(label));
        }
        for (GuestProgram part : values()) {
            program.label(SYMBOL_PREFIX + part.label(), part.offset(processor));
        }
        if (shape.servesBeforeInitializers()) {
            program.runFirst(listing.offsetOf(MAIN));
        }
        GuestFrames.addTo(program, processor, listing);
        byte[] code = shape.symbols().addTo(program, processor, listing.bytes());
        byte[] own = link(listing, program.code(code).wordsFromCode());
        System.arraycopy(own, 0, code, 0, own.length);
        return program.code(code).write();
    }

    private static byte[] link(CodeListing listing, int wordsFromCode) {
        Map<String, Long> values = new LinkedHashMap<>();
        long word = wordsFromCode;
        for (List<String> holes : List.of(IMPORT_HOLES, WORD_HOLES)) {
            for (String hole : holes) {
                values.put(hole, word);
                word += Long.BYTES;
            }
        }
        values.put("descriptor", (long) MailboxLayout.MAILBOX_DESCRIPTOR);
        values.put("size", MailboxLayout.SIZE_BYTES);
        values.put("foreign", MailboxLayout.slot(MailboxLayout.FIRST_FOREIGN));
        CodeListing.Filling code = listing.fill();
        values.forEach(code::with);
        return code.bytes();
    }

    private static CodeListing listing(Processor processor) {
        return switch (processor) {
            case X86_64 -> X64GuestCode.CODE;
            case AARCH64 -> AArch64GuestCode.CODE;
        };
    }
}

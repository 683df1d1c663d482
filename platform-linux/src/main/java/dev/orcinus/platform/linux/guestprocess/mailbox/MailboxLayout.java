package dev.orcinus.platform.linux.guestprocess.mailbox;

/**
 * The places in a mailbox: a head, slots of 128 bytes, and a scratch area for each slot. The
 * machine code of the guest has some of these numbers in its instructions.
 */
public final class MailboxLayout {
    /** The descriptor under which a guest finds its mailbox. */
    public static final int MAILBOX_DESCRIPTOR = 180;

    /** The length of a mailbox; only pages that are written to take memory. */
    public static final long SIZE_BYTES = 9L << 20;

    /** Head: the address of the mailbox in the guest. */
    public static final long BASE = 0;

    /** Head: the address of {@code dlsym}. */
    public static final long DLSYM = 8;

    /** Head: the address of the first instruction of the guest's program. */
    public static final long CODE = 16;

    /** Head: {@code argc}. */
    public static final long ARGUMENT_COUNT = 24;

    /** Head: {@code argv}. */
    public static final long ARGUMENTS = 32;

    /** Head: {@code envp}. */
    public static final long ENVIRONMENT = 40;

    /** Head: the process id that the parent of the guest must have, 32 bits; 0 if any may be. */
    public static final long PARENT = 48;

    /** Head: the process id of the process that serves the guest's calls of Java, 32 bits. */
    public static final long HOST = 52;

    /** Head: the process id that the guest must have, 32 bits; 0 if it may have any. */
    public static final long PROCESS = 56;

    /** Head: the doorbell, which counts the slots that threads of the guest have claimed. */
    public static final long DOORBELL = 64;

    /**
     * Head: a time, {@code struct timespec}. A thread of the guest that has slept as long as that
     * looks whether the host still lives, and ends the process if not.
     */
    public static final long PATIENCE = 80;

    /** The number of slots. */
    public static final int SLOTS = 512;

    /** The slot of the guest's first thread. */
    public static final int MAIN = 0;

    /** The first of the slots for threads that guest code has made. */
    public static final int FIRST_FOREIGN = 448;

    /** The length of a slot. */
    public static final long SLOT_BYTES = 128;

    /** The length of a slot's scratch area. */
    public static final long SCRATCH_BYTES = 16 << 10;

    private static final long FIRST_SLOT = 4096;
    private static final long FIRST_SCRATCH = 1 << 20;

    private MailboxLayout() {}

    /** Returns the place of a slot. */
    public static long slot(int index) {
        return FIRST_SLOT + index * SLOT_BYTES;
    }

    /** Returns the place of a slot's scratch area. */
    public static long scratch(int index) {
        return FIRST_SCRATCH + index * SCRATCH_BYTES;
    }
}

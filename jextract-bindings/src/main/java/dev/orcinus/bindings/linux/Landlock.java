package dev.orcinus.bindings.linux;

/** {@code <linux/landlock.h>}, as of Linux 5.19. */
public final class Landlock {
    /** The rest is compared only where the C header is as new as that. */
    public static final String IF_DEFINED = "LANDLOCK_ACCESS_FS_REFER";

    /** Return the version of Landlock instead of making a ruleset. */
    public static final int LANDLOCK_CREATE_RULESET_VERSION = 1;

    /** A rule about all that is below a folder, or about a file. */
    public static final int LANDLOCK_RULE_PATH_BENEATH = 1;

    /** Execute a file. */
    public static final int LANDLOCK_ACCESS_FS_EXECUTE = 1;

    /** Open a file to write. */
    public static final int LANDLOCK_ACCESS_FS_WRITE_FILE = 1 << 1;

    /** Open a file to read. */
    public static final int LANDLOCK_ACCESS_FS_READ_FILE = 1 << 2;

    /** List a folder. */
    public static final int LANDLOCK_ACCESS_FS_READ_DIR = 1 << 3;

    /** Remove a folder. */
    public static final int LANDLOCK_ACCESS_FS_REMOVE_DIR = 1 << 4;

    /** Remove a file. */
    public static final int LANDLOCK_ACCESS_FS_REMOVE_FILE = 1 << 5;

    /** Make a character device. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_CHAR = 1 << 6;

    /** Make a folder. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_DIR = 1 << 7;

    /** Make a file. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_REG = 1 << 8;

    /** Make a Unix-domain socket. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_SOCK = 1 << 9;

    /** Make a named pipe. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_FIFO = 1 << 10;

    /** Make a block device. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1 << 11;

    /** Make a symbolic link. */
    public static final int LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12;

    /** Move or link a file from one folder to another; version 2. */
    public static final int LANDLOCK_ACCESS_FS_REFER = 1 << 13;

    private Landlock() {}

    /** Offsets in {@code struct landlock_ruleset_attr}, to which newer versions append. */
    public static final class RulesetAttr {
        /** The C type. */
        public static final String C_TYPE = "struct landlock_ruleset_attr";

        /** What is forbidden without a rule, 64 bits. */
        public static final long HANDLED_ACCESS_FS = 0;

        private RulesetAttr() {}
    }

    /** Offsets in {@code struct landlock_path_beneath_attr}. */
    public static final class PathBeneathAttr {
        /** The C type. */
        public static final String C_TYPE = "struct landlock_path_beneath_attr";

        /** Its size in bytes. */
        public static final long SIZEOF = 12;

        /** What is allowed, 64 bits. */
        public static final long ALLOWED_ACCESS = 0;

        /** A descriptor of the folder, 32 bits. */
        public static final long PARENT_FD = 8;

        private PathBeneathAttr() {}
    }
}

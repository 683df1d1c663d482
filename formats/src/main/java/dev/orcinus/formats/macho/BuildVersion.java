package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;

/**
 * The system that a file was compiled for ({@code LC_BUILD_VERSION}, or an {@code
 * LC_VERSION_MIN_*}).
 *
 * @param platform {@code platform}: 1 is macOS
 * @param least {@code minos}, as {@code xxxx.yy.zz} in 32 bits
 * @param sdk {@code sdk}, in the same form
 */
public record BuildVersion(int platform, int least, int sdk) {
    private static final int MACOS = 1;
    private static final int IOS = 2;
    private static final int TVOS = 3;
    private static final int WATCHOS = 4;

    /** Reads a command of one of the types. */
    static BuildVersion read(FileBytes bytes, LoadCommand command) throws MalformedFileException {
        boolean isOld = command.type() != MachO.LC_BUILD_VERSION;
        command.require(bytes, isOld ? 16 : 24);
        long at = command.offset();
        return isOld
                ? new BuildVersion(platform(command.type()), bytes.u32(at + 8), bytes.u32(at + 12))
                : new BuildVersion(bytes.u32(at + 8), bytes.u32(at + 12), bytes.u32(at + 16));
    }

    private static int platform(int command) {
        return switch (command) {
            case MachO.LC_VERSION_MIN_IPHONEOS -> IOS;
            case MachO.LC_VERSION_MIN_TVOS -> TVOS;
            case MachO.LC_VERSION_MIN_WATCHOS -> WATCHOS;
            default -> MACOS;
        };
    }

    /** Returns the platform and the oldest version of it. */
    public String text() {
        String name =
                switch (platform) {
                    case MACOS -> "macOS";
                    case IOS -> "iOS";
                    case TVOS -> "tvOS";
                    case WATCHOS -> "watchOS";
                    default -> "platform " + Integer.toUnsignedString(platform);
                };
        return "%s %d.%d".formatted(name, least >>> 16, least >>> 8 & 0xff);
    }
}

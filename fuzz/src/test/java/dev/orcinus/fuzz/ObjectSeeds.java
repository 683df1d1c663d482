package dev.orcinus.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The corpus of objects and archives: small ones that compilers and {@code ar} have made, and some
 * with wrong numbers. {@link CorpusTest} keeps the files of the module's resources equal to these.
 */
final class ObjectSeeds {
    private static final String LOADER = "loader/src/test/resources/dev/orcinus/loader/";
    private static final int E_SHOFF = 40;
    private static final int E_SHNUM = 60;
    private static final int FIRST_SIZE = 8 + 48;
    private static final int NCMDS = 16;
    private static final int FIRST_COMMAND_SIZE = 36;
    private static final int FIRST_SLICE = 8;
    private static final int CPU_TYPE_X86_64 = 0x0100_0007;
    private static final int CPU_TYPE_ARM64 = 0x0100_000c;

    private ObjectSeeds() {}

    /** Returns the inputs of {@link ObjectFuzzTest} and {@link LinkFuzzTest} by their names. */
    static Map<String, byte[]> objects() throws IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        byte[] rich = read(LOADER + "rich.o");
        seeds.put("rich", rich);
        seeds.put("silent", read("tests/fixtures/silent.o"));
        seeds.put("exceptions", read("tests/fixtures/exceptions.o"));
        seeds.put("common-and-call", read(LOADER + "archives/tentative.o"));
        seeds.put("bitcode", read(LOADER + "archives/bitcode.o"));
        seeds.put("cut", Arrays.copyOf(rich, rich.length / 2));
        seeds.put("wrong-table", with(rich, E_SHOFF + 7, 0x7f));
        seeds.put("wrong-count", with(rich, E_SHNUM, 0));
        seeds.put("aarch64-calls", read("tests/fixtures/aarch64/calls.small.o"));
        seeds.put("aarch64-exceptions", read("tests/fixtures/aarch64/catcher.o"));
        addMachO(seeds);
        return seeds;
    }

    private static void addMachO(Map<String, byte[]> seeds) throws IOException {
        byte[] x64 = read(LOADER + "macho/rich-x86_64.o");
        byte[] arm64 = read(LOADER + "macho/rich-arm64.o");
        seeds.put("macho-x86_64", x64);
        seeds.put("macho-arm64", arm64);
        seeds.put("macho-exceptions-x86_64", read("tests/fixtures/macho/unwind/thrower-x86_64.o"));
        seeds.put("macho-exceptions-arm64", read("tests/fixtures/macho/unwind/thrower-arm64.o"));
        seeds.put("macho-universal", universal(x64, arm64, false));
        seeds.put("macho-universal64", universal(x64, arm64, true));
        seeds.put("macho-cut", Arrays.copyOf(x64, x64.length / 2));
        seeds.put("macho-wrong-count", with(x64, NCMDS, 0x7f));
        seeds.put("macho-wrong-size", with(x64, FIRST_COMMAND_SIZE + 3, 0x7f));
        seeds.put("macho-wrong-slice", with(seeds.get("macho-universal"), FIRST_SLICE + 8, 0x7f));
    }

    /** Returns a universal file, whose header has offsets of 32 or of 64 bits. */
    private static byte[] universal(byte[] x64, byte[] arm64, boolean is64) {
        int first = FIRST_SLICE + 2 * (is64 ? 32 : 20);
        ByteBuffer out = ByteBuffer.allocate(first + x64.length + arm64.length);
        out.putInt(is64 ? 0xcafebabf : 0xcafebabe).putInt(2);
        slice(out, CPU_TYPE_X86_64, 3, first, x64.length, is64);
        slice(out, CPU_TYPE_ARM64, 0, first + x64.length, arm64.length, is64);
        return out.put(x64).put(arm64).array();
    }

    private static void slice(
            ByteBuffer out, int processor, int model, int offset, int sizeBytes, boolean is64) {
        out.putInt(processor).putInt(model);
        if (is64) {
            out.putLong(offset).putLong(sizeBytes).putInt(0).putInt(0);
        } else {
            out.putInt(offset).putInt(sizeBytes).putInt(0);
        }
    }

    /** Returns the inputs of {@link ArchiveFuzzTest} by their names. */
    static Map<String, byte[]> archives() throws IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        for (String name : new String[] {"gnu", "bsd", "sym64", "thin", "noindex"}) {
            seeds.put(name, read(LOADER + "archives/" + name + ".a"));
        }
        for (String name : new String[] {"symdef", "sorted", "symdef64", "noindex"}) {
            seeds.put("macho-" + name, read(LOADER + "macho/" + name + ".a"));
        }
        byte[] gnu = seeds.get("gnu");
        seeds.put("cut", Arrays.copyOf(gnu, gnu.length / 2));
        seeds.put("wrong-size", with(gnu, FIRST_SIZE, '9'));
        return seeds;
    }

    private static byte[] read(String file) throws IOException {
        return Files.readAllBytes(Path.of(System.getProperty("orcinus.root"), file));
    }

    private static byte[] with(byte[] valid, int offset, int value) {
        byte[] wrong = valid.clone();
        wrong[offset] = (byte) value;
        return wrong;
    }
}

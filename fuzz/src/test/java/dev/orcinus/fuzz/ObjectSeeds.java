package dev.orcinus.fuzz;

import dev.orcinus.formats.macho.MachO;
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
    private static final int SLICE = 32;

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
        byte[] macho = read(LOADER + "rich-macho.o");
        seeds.put("macho-rich", macho);
        seeds.put("macho-exceptions", read("tests/fixtures/macho/exceptions.o"));
        seeds.put("macho-cut", Arrays.copyOf(macho, macho.length / 2));
        seeds.put("universal", universal(macho));
        return seeds;
    }

    /** Returns a universal file with one slice, for x86-64. */
    private static byte[] universal(byte[] object) {
        ByteBuffer file = ByteBuffer.allocate(SLICE + object.length).putInt(0xcafebabe).putInt(1);
        file.putInt(MachO.CPU_TYPE_X86_64).putInt(3).putInt(SLICE).putInt(object.length).putInt(4);
        return file.put(SLICE, object).array();
    }

    /** Returns the inputs of {@link ArchiveFuzzTest} by their names. */
    static Map<String, byte[]> archives() throws IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        for (String name : new String[] {"gnu", "bsd", "sym64", "thin", "noindex"}) {
            seeds.put(name, read(LOADER + "archives/" + name + ".a"));
        }
        seeds.put("macho", read("tests/fixtures/macho/libnumbers_64.a"));
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

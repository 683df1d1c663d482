package dev.orcinus.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.formats.mangling.CxxNames;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares the names of all functions of the C++ library with those that binutils know. */
@Timeout(180)
final class CxxNamesOfLibrariesTest {
    @TempDir Path folder;

    @Test
    void theNamesAreThoseOfBinutils() throws Exception {
        Path symbols = folder.resolve("symbols");
        Path names = folder.resolve("names");
        shell(
                "nm -D --defined-only $(cc -print-file-name=libstdc++.so.6)"
                        + " | sed 's/@.*//; s/.* //' | grep '^_Z' | sort -u >"
                        + symbols);
        shell("c++filt <" + symbols + " >" + names);
        List<String> all = Files.readAllLines(symbols);
        assumeTrue(all.size() > 1000, "no nm, or no libstdc++: install gcc");
        List<String> expected = Files.readAllLines(names);
        assumeTrue(!all.equals(expected), "no c++filt: install binutils");
        List<String> different = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String ours = CxxNames.demangle(all.get(i));
            if (!plain(expected.get(i)).equals(plain(ours))) {
                different.add(all.get(i) + "\n  " + expected.get(i) + "\n  " + ours);
            }
        }
        assertTrue(different.size() < all.size() / 1000, () -> String.join("\n", different));
    }

    /** Writes types of streams and strings in the long form, and lists without spaces. */
    private static String plain(String name) {
        String text = name;
        for (String kind : List.of("istream", "ostream", "iostream")) {
            text =
                    text.replaceAll(
                            "std::" + kind + "\\b",
                            "std::basic_" + kind + "<char, std::char_traits<char> >");
        }
        text =
                text.replaceAll(
                        "std::string\\b",
                        "std::basic_string<char, std::char_traits<char>, std::allocator<char> >");
        while (text.contains("> >")) {
            text = text.replace("> >", ">>");
        }
        return text;
    }

    private void shell(String command) throws IOException, InterruptedException {
        try (Program shell = Program.start(folder, List.of("sh", "-c", command))) {
            assertEquals(0, shell.finish().status());
        }
    }
}

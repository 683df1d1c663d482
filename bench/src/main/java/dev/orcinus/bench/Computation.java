package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares a long computation, Lua's interpreter at work, in a program that {@code orcinus run} has
 * linked with the same objects linked natively.
 */
final class Computation {
    private static final String SCRIPT =
            """
            local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
            local sum, text = 0, {}
            for i = 1, 60 do sum = sum + fib(35) end
            for i = 1, 60000000 do sum = sum + math.sin(i) * i % 7 end
            for i = 1, 1000000 do text[#text + 1] = string.format("%d:%s", i, i * 0.5) end
            table.sort(text)
            print(sum, #table.concat(text, ","))
            """;

    private final int rounds;

    Computation(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Path lua = Tools.programs().resolve("lua");
        if (!Files.isDirectory(lua.resolve("objects"))) {
            throw new Skipped("this part runs Lua: tests/programs/build.sh lua");
        }
        Path work = Files.createDirectories(Tools.root().resolve("bench/target/computation"));
        Path script = Files.writeString(work.resolve("work.lua"), SCRIPT);
        List<String> ours = Tools.command(Tools.root().resolve("orcinus"), "run");
        try (Stream<Path> objects = Files.list(lua.resolve("objects"))) {
            objects.map(Path::toString).sorted().forEach(ours::add);
        }
        ours.addAll(List.of("-lm", "--", script.toString()));
        List<String> its = Tools.command(lua.resolve("native"), script);
        Comparison.printHead();
        new Comparison("Lua at work", "the program linked natively", "ms", Bar.atMost(1.01))
                .run(rounds, () -> Tools.time(0, ours), () -> Tools.time(0, its));
    }
}

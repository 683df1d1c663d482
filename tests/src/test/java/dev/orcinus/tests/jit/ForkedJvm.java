package dev.orcinus.tests.jit;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for a class of these tests, with Orcinus on its module path. */
public final class ForkedJvm {
    private static final Path APP =
            Path.of(System.getProperty("orcinus.root"), "cli", "target", "app");

    private ForkedJvm() {}

    /** Returns the folder of Orcinus's own jars. */
    static Path app() {
        return APP;
    }

    /** Returns the path of a tool of the JDK that runs the tests. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Returns the command that starts a class with a main method. */
    public static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(
                List.of(
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "--enable-native-access=dev.orcinus.bindings",
                        "-p",
                        APP.toString(),
                        "--add-modules",
                        "dev.orcinus.loader",
                        "-cp",
                        folderOf(main).toString(),
                        main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path folderOf(Class<?> main) {
        try {
            Path file =
                    Path.of(
                            main.getResource(
                                            main.getName()
                                                            .substring(
                                                                    main.getPackageName().length()
                                                                            + 1)
                                                    + ".class")
                                    .toURI());
            Path folder = file.getParent();
            for (int i = main.getPackageName().split("\\.", -1).length; i > 0; i--) {
                folder = folder.getParent();
            }
            return folder;
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.orcinus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of files that scripts of ld have in them, as deep as {@link LibrarySearch} follows
 * scripts. A script's folder may have any number of names, so a script that names itself may have
 * names without end. One thread may use it.
 */
final class ScriptNames {
    private static final int MOST_IN_SCRIPTS = 500;
    private static final Pattern FOLDERS = Pattern.compile("SEARCH_DIR\\s*\\(([^)]*)\\)");
    private static final String LIBRARY = "-l";

    private final Set<String> names;
    private final List<String> folders;

    /**
     * Names of scripts and of other files.
     *
     * @param names of the files, to which those of scripts are added
     * @param folders in which libraries are searched, to which those of scripts are added
     */
    ScriptNames(Set<String> names, List<String> folders) {
        this.names = names;
        this.folders = new ArrayList<>(folders);
    }

    /**
     * Adds the files that libraries may be, and the names that scripts have in them.
     *
     * @param libraries as {@code -l} names them
     * @return whether these are all; false if there are too many
     */
    boolean add(List<String> libraries) {
        int most = names.size() + libraries.size() + MOST_IN_SCRIPTS;
        for (String name : names) {
            addFolders(name);
        }
        LibrarySearch search = new LibrarySearch(folders, Path::toAbsolutePath);
        for (String library : libraries) {
            search.candidates(library).forEach(file -> names.add(file.toString()));
        }
        List<String> scripts = List.copyOf(names);
        for (int depth = 0; depth < LibrarySearch.DEEPEST_SCRIPT; depth++) {
            List<String> found = new ArrayList<>();
            for (String script : scripts) {
                for (String name : namesIn(script, search)) {
                    if (names.add(name)) {
                        found.add(name);
                    }
                    if (names.size() > most) {
                        return false;
                    }
                }
            }
            scripts = found;
        }
        return true;
    }

    private void addFolders(String script) {
        Matcher found = FOLDERS.matcher(text(script));
        while (found.find()) {
            for (String word : found.group(1).split("[\\s,\"]+", 0)) {
                if (!word.isEmpty()) {
                    folders.add(word);
                }
            }
        }
    }

    /**
     * Returns what is in a script; nothing if it is none or cannot be read, which the command says.
     */
    private static String text(String script) {
        try {
            return LibrarySearch.textOf(Path.of(script));
        } catch (IOException | InvalidPathException e) {
            return "";
        }
    }

    /**
     * Returns the names of files that a script has in it, each also as a file beside the script and
     * in the folders of libraries.
     */
    private List<String> namesIn(String script, LibrarySearch search) {
        List<String> found = new ArrayList<>();
        for (ScriptInput input : LinkerScript.parse(text(script)).inputs()) {
            String name = input.name();
            if (name.startsWith(LIBRARY)) {
                String library = name.substring(LIBRARY.length());
                search.candidates(library).forEach(file -> found.add(file.toString()));
            } else if (!name.isEmpty()) {
                addPlaces(name, script, found);
            }
        }
        return found;
    }

    private void addPlaces(String name, String script, List<String> found) {
        try {
            found.add(name);
            found.add(Path.of(script).resolveSibling(name).toString());
            for (String folder : folders) {
                Path file = Path.of(folder, name);
                if (Files.exists(file)) {
                    found.add(file.toString());
                }
            }
        } catch (InvalidPathException _) {
            found.remove(name); // the command says that it names no file
        }
    }
}

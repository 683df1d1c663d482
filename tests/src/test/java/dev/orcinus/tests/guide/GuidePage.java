package dev.orcinus.tests.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/**
 * The blocks of a Markdown file, by the rules that {@code docs/README.md} gives. It is read by one
 * thread.
 */
final class GuidePage {
    private static final Pattern FENCE = Pattern.compile("( *)```(.*)");
    private static final Pattern COMMENT =
            Pattern.compile("<!-- (before|needs|not run|status):\\s(.*?)-->", Pattern.DOTALL);
    private static final Pattern FILE = Pattern.compile("`([\\w.-]+\\.\\w+)`:$");

    private final Path path;
    private final List<GuideBlock> blocks = new ArrayList<>();

    /** What stands between the last block and the line that is read. */
    private final StringBuilder between = new StringBuilder();

    private GuidePage(Path path) {
        this.path = path;
    }

    static GuidePage read(Path file) throws IOException {
        GuidePage page = new GuidePage(file);
        page.read(Files.readAllLines(file));
        return page;
    }

    String name() {
        return path.getFileName().toString();
    }

    Path path() {
        return path;
    }

    /** Returns the blocks in the order of the page. */
    List<GuideBlock> blocks() {
        return blocks;
    }

    private void read(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int end = end(lines, i);
                int indent = fence.group(1).length();
                StringBuilder text = new StringBuilder();
                for (String line : lines.subList(i + 1, end)) {
                    text.append(line.substring(Math.min(indent, line.length()))).append('\n');
                }
                add(i + 1, fence.group(2), text.toString());
                between.setLength(0);
                i = end;
            } else {
                requireSeen(lines, i);
                between.append(lines.get(i)).append('\n');
            }
        }
    }

    private int end(List<String> lines, int start) {
        for (int i = start + 1; i < lines.size(); i++) {
            if (lines.get(i).strip().equals("```")) {
                return i;
            }
        }
        throw new AssertionFailedError(path + ":" + (start + 1) + ": the block has no end");
    }

    /** An indented block would not be noticed. */
    private void requireSeen(List<String> lines, int index) {
        boolean isBlock =
                index > 0 && lines.get(index - 1).isBlank() && lines.get(index).startsWith("    ");
        if (isBlock) {
            throw new AssertionFailedError(
                    path + ":" + (index + 1) + ": a block of code needs a fence");
        }
    }

    private void add(int line, String language, String text) {
        boolean isOutput = language.equals("text") && between.toString().isBlank();
        if (isOutput && !blocks.isEmpty() && blocks.getLast().canHaveOutput()) {
            blocks.add(blocks.removeLast().withOutput(text));
            return;
        }
        String visible = COMMENT.matcher(between).replaceAll("").strip();
        Matcher file = FILE.matcher(visible);
        blocks.add(
                new GuideBlock(
                        line,
                        language,
                        text,
                        file.find() ? Optional.of(file.group(1)) : Optional.empty(),
                        comment("before").orElse(""),
                        comment("needs"),
                        comment("not run"),
                        comment("status").map(Integer::parseInt).orElse(0),
                        Optional.empty()));
    }

    private Optional<String> comment(String kind) {
        Matcher matcher = COMMENT.matcher(between);
        Optional<String> last = Optional.empty();
        while (matcher.find()) {
            if (matcher.group(1).equals(kind)) {
                last = Optional.of(matcher.group(2).strip());
            }
        }
        return last;
    }

    /** Returns the files of the repository that the page refers to. */
    Stream<Path> links() throws IOException {
        return Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)")
                .matcher(Files.readString(path))
                .results()
                .map(link -> path.resolveSibling(link.group(1)));
    }
}

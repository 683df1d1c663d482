package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * A variable in the environment of a guest process, which the processes that it starts inherit, so
 * that they can be found when they have left its group and lost their parent. All marks have the
 * same length: a guest that is a copy of another process writes its own over that process's.
 *
 * @param value the process id of the JVM and the number of the guest in it
 */
public record GuestMark(String value) {
    /** The name of the variable. */
    public static final String VARIABLE = "ORCINUS_GUEST";

    private static final String ASSIGNMENT = VARIABLE + "=";

    /** Returns the mark of a guest of a JVM. */
    public static GuestMark of(long jvm, int guest) {
        return new GuestMark(prefix(jvm) + digits(guest, 9));
    }

    /** Returns what the marks of all guests of a JVM begin with. */
    static String prefix(long jvm) {
        return digits(jvm, 8) + "-";
    }

    /** Returns a number with zeros before it. Formatters would take a starting session 6 ms. */
    private static String digits(long number, int least) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, least - digits.length())) + digits;
    }

    /** Returns the variable with its value. */
    public String assignment() {
        return ASSIGNMENT + value;
    }

    /** Returns whether a process has the mark in the environment that it was started with. */
    public boolean isOn(long pid) {
        return isOn(pid, assignment() + '\0');
    }

    /** Returns the marks that a process has in the environment that it was started with. */
    public static List<GuestMark> allOn(long pid) {
        return Stream.of(variables(pid).split("\0", -1))
                .filter(variable -> variable.startsWith(ASSIGNMENT))
                .map(variable -> new GuestMark(variable.substring(ASSIGNMENT.length())))
                .toList();
    }

    /** Returns whether a process has the mark of a guest of a JVM. */
    static boolean isOfJvm(long pid, long jvm) {
        return isOn(pid, ASSIGNMENT + prefix(jvm));
    }

    private static boolean isOn(long pid, String text) {
        return ('\0' + variables(pid)).contains('\0' + text);
    }

    /** Returns a text without variables for a process that has ended, or is another user's. */
    private static String variables(long pid) {
        try (InputStream variables = new FileInputStream("/proc/" + pid + "/environ")) {
            return new String(variables.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}

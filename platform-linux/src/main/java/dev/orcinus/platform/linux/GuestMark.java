package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

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
        return VARIABLE + "=" + value;
    }

    /** Returns whether a process has the mark in the environment that it was started with. */
    public boolean isOn(long pid) {
        return isOn(pid, assignment() + '\0');
    }

    /** Returns whether a process has the mark of a guest of a JVM. */
    static boolean isOfJvm(long pid, long jvm) {
        return isOn(pid, VARIABLE + "=" + prefix(jvm));
    }

    private static boolean isOn(long pid, String text) {
        try (InputStream variables = new FileInputStream("/proc/" + pid + "/environ")) {
            return ('\0' + new String(variables.readAllBytes(), ISO_8859_1)).contains('\0' + text);
        } catch (IOException e) {
            return false; // it has ended, or is another user's
        }
    }
}

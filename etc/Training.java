import dev.orcinus.executor.rehearsal.Rehearsal;
import java.util.Arrays;

/**
 * The run from which the start-up cache is recorded: starts an executor by the given command and makes it serve a rehearsal over its standard input and output. With "crash" before the command,
 * guest code crashes in it. make-app.sh starts it.
 */
final class Training {
    /** So many that what a line runs is compiled in the training run, and so at the start of each session with the cache. */
    private static final int LINES = 250;

    private Training() {}

    public static void main(String[] arguments) throws Exception {
        boolean hasCrash = arguments[0].equals("crash");
        String[] command = Arrays.copyOfRange(arguments, hasCrash ? 1 : 0, arguments.length);
        Process executor = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Rehearsal rehearsal = new Rehearsal(executor.getInputStream(), executor.getOutputStream()).withLines(LINES);
        (hasCrash ? rehearsal.withCrash() : rehearsal).run();
        System.exit(executor.waitFor());
    }
}

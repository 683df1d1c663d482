import dev.orcinus.executor.rehearsal.Rehearsal;

/**
 * The run from which the start-up cache is recorded: starts an executor by the given command and makes it serve a rehearsal over its standard input and output. make-app.sh starts it.
 */
final class Training {
    private Training() {}

    public static void main(String[] command) throws Exception {
        Process executor = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        new Rehearsal(executor.getInputStream(), executor.getOutputStream()).run();
        System.exit(executor.waitFor());
    }
}
